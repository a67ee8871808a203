"""The local stack: PostgreSQL, MiniStack in place of AWS, the provider simulator, and the deployment onto them."""
