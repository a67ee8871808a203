"""`POST /api/v1/client/` with Django REST framework."""
