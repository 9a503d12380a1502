"""What people do with proposals: put forward, look at, review, approve, merge, look back."""
