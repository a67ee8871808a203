"""The admin site's static files: built once for all stages, and published into the bucket of a stack."""
