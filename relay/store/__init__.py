"""What the relay keeps: tables, the one writer, keys, cases, mail to send. It alone knows SQL."""
