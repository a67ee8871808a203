"""The steps that every request passes: admission, idempotency, ETags, problem documents, access log."""
