"""Clients: phones, tags, attributes, audience, imports, bulk changes, opt-outs."""
