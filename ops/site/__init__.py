"""Build of the admin site's static files, the same for all stages, and their upload into the bucket of a stack."""
