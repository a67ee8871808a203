"""Messages as they are read: history, attempts, dead letters; and test sends."""
