"""Imports uploaded files of any size: reads them from S3 in parts, and then stores their clients in parts."""
