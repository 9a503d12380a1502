"""What a proposal would look like: one file that a phone opens, drawn before anybody approves."""
