"""Messages: history, attempts, dead letters, test sends, canaries, reset of the provider."""
