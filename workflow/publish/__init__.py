"""Publishing: from an approved commit to what citizens read, whole at every instant."""
