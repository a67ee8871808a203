"""Mailings with Celery, Redis and PostgreSQL: one task a message."""
