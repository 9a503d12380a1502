"""Letters that the relay sends: written in the store, handed to a mail server or a folder."""
