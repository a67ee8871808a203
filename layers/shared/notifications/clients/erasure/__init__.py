"""Erasure of all data of a person, whose phone is then known by a keyed hash alone and refused."""
