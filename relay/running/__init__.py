"""Keeping the relay running: backup and restore, what is swept, health, metrics, logs."""
