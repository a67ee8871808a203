"""Messages: history, attempts, dead letters, test sends, reset of the provider."""
