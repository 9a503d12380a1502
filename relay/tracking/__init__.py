"""The citizen's page by tracking code (mã tra cứu), and what can be done there."""
