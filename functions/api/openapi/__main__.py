"""Prints the OpenAPI document, as `make openapi` stores it."""

import sys

from api.app import app
from api.openapi.document import document

sys.stdout.write(document(app))
