"""Retention: a daily job that removes rows which are older than the stack keeps them."""
