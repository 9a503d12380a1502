"""What keeps the door open for people: limits, proof of work, suspicion. Nobody is sent away."""
