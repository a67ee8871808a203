"""Machine clients of a stack: programs with a name and a role that call the API with client credentials."""
