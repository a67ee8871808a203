"""Attributes of clients: their values, and the names in use."""
