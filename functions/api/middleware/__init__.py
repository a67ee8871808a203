"""Steps that every request passes: normalization, idempotency, ETags, problems, access log."""
