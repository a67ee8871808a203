"""Clients: phones, tags, attributes, audience, bulk upsert."""
