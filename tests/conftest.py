"""What holds for every test."""

import os
import signal

# Started in the background, a shell's job ignores Ctrl+C, and so would all that it starts: the
# tests of being stopped would wait for a signal that never comes.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is started again and again is not compiled again and again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
