"""The demo: a mailing to the sample clients over the REST API, and a comparison of all its counts."""
