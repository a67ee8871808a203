"""Providers: the one interface in `base`, and a module for each that there is."""
