"""What several processes share: enumerations, errors, settings, logs, queue messages."""
