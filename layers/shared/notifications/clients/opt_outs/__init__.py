"""Opt-outs: people who must not be messaged, by phone."""
