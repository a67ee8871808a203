"""The Lambda function of the API."""

from api.bootstrap import build_from_environment

handler = build_from_environment()
