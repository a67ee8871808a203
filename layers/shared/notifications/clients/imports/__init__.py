"""Imports of clients: the rules of CSV files, upsert of a small file, and files of any size in S3."""
