"""Replies of people: signed calls of providers, and the list of what was stored."""
