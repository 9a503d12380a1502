"""Addresses that the site and the relay agree on: each is told of the other by these alone."""

RELAY = ("/y-kien/", "/can-bo/")
"""What the relay answers: citizens' messages, officers' inbox. Everything else is the site's."""

FRAME = "/khung/"
"""The page in whose frame the relay draws its own."""

FRAME_OWNER = "/khung/portal.txt"
"""Beside the frame, the id of the portal that was built: another portal's relay refuses it."""

TITLE_MARK, MAIN_MARK = "<!--cong:title-->", "<!--cong:main-->"
"""Where in the frame the relay's title and words go. A title is text: there the mark is written
escaped."""
