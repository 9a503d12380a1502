"""How the relay's database came to have its tables, a version a file. See docs/durability.md."""
