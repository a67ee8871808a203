"""Tags: their names, the stored tags, and those of clients."""
