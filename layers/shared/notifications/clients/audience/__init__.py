"""The audience of a mailing and lists of clients: filters, counts and search."""
