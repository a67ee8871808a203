"""Prints the OpenAPI document, as `make openapi` stores it."""

import sys

from api.openapi.document import document
from api.resources import ROUTES

sys.stdout.write(document(ROUTES))
