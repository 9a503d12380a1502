"""What the relay keeps: tables, the one writer, keys, cases, mail to be sent. It alone knows SQL."""
