"""How the database came to have its tables, a version a file. See docs/accounts.md."""
