"""One file a version; what has been released is never changed."""
