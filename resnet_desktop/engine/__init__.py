"""The child process that holds torch, and the thin side of it that the parent sees."""
