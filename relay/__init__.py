"""How a citizen's message becomes an answered case: received, kept, routed, answered, told."""
