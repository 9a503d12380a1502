"""What stands in files that people hand in: read within bounds, for checks and for search."""
