"""``make bench-relay``: how many messages a second are durable, and who waits how long."""
