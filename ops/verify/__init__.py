"""Checks of a deployed stack: a mailing to ten clients by the REST API, and the state of its AWS resources."""
