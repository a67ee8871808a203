"""Mailings: commands, planning, preview, explanation, restore."""
