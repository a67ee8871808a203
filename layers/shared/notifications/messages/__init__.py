"""Messages as they are read: history, attempts, dead letters, test sends."""
