"""Log lines of the functions about one mailing, message or client."""
