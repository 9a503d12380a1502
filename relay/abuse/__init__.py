"""What keeps the door open for people: limits, proof of work, suspicion. It never refuses a person."""
