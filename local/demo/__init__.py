"""The demo: a mailing to the sample clients over the REST API, and the proof that all counts of it agree."""
