"""Answers on their way to publication: what is handed to the workflow, and what it tells back."""
