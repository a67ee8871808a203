"""Contracts between functions: enumerations, codes, errors, settings, log format, metric names, queue messages."""
