"""How a stored message leaves: the worker claims what is due, and a channel carries it."""
