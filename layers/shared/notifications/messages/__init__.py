"""Messages: history, attempts, dead letters, test sends."""
