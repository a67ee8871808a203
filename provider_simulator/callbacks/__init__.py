"""Callbacks of the provider: receipts of messages and replies of recipients, signed and sent over HTTP."""
