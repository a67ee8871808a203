"""`sam local` over the stack of docker-compose.yml: docs/decisions/0031-sam-local-over-the-running-stack.md."""
