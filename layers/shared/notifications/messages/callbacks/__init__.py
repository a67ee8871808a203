"""Calls of providers: receipts of messages, and replies of people."""
