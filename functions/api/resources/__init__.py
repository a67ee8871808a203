"""What the API takes and gives: shapes, and the checks that need no database."""
