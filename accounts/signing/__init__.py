"""Signing in: passwords, codes, passkeys, a province's own accounts, and the sessions they open."""
