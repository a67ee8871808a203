"""Receipts of providers: signed calls, which are put onto a queue for the receiver."""
