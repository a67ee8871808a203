"""Decodes and parses request bodies strictly."""
