"""Counts, delays, forecasts and reports of what became of messages."""
