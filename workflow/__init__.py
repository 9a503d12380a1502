"""How a proposal becomes published: checks first."""
