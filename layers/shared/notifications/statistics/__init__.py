"""Counts, delays, forecasts and reports of mailings and their messages."""
