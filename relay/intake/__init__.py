"""How a message comes in: bodies read within bounds, fields, files, the review step, receipts."""
