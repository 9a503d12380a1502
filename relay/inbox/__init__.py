"""Officers' pages (hộp việc): the list of cases, a case, and everything that is done to it."""
