"""Commands `up`, `status`, `down` and `clean`, and `stack.json`, the description of a running stack."""
