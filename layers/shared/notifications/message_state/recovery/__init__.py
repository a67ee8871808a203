"""Recovery: messages that a dead worker, the dead-letter queue or a restored database has left."""
