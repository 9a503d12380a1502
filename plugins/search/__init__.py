"""Finding things on a portal without a server: what is written at night, read by a browser."""
