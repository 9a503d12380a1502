"""Staff: who holds which post from when to when, and by which names and keys they are known."""
