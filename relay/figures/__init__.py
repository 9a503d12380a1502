"""Figures (số liệu), published every night: how many, on time or not, what people thought."""
