"""The whole stack on one machine: PostgreSQL, MiniStack in place of AWS, the simulated provider, and the deployment."""
