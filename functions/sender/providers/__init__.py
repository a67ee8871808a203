"""Providers: their interface in `base`, and a module for each provider."""
