"""The regulation (quy chế) as data: read it, check it, ask it. Knows no other room."""
