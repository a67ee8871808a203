"""Provider health: circuit breaker, rate limiter and incidents, shared by all senders."""
