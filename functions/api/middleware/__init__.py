"""Steps of every request: admission, idempotency, ETags, problem documents and access log."""
