"""Runs the functions with `sam local` against the stack of docker-compose.yml: docs/decisions/0031."""
