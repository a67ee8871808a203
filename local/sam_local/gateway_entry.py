"""Entry point of the API for `sam local start-api`: passes on a token's claims in place of the JWT authorizer.

For calls from this machine only, because the token's signature is not verified. Runs in the function's container.
"""

import base64
import json
from functools import partial
from typing import Any

from api import app
from api.bootstrap import Handler
from api.resources import ROUTES
from api.routing import served_method


def authorize(api: Handler, event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Call the API with the claims of the token. Without a token answer 401, as API Gateway's authorizer does."""
    if "authorizer" in event["requestContext"]:
        return api(event, context)
    kind, _, token = event["headers"].get("Authorization", "").partition(" ")
    match kind, token.split("."):
        case "Bearer", [_, payload, _]:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": _claims(payload), "scopes": None}}
        case _ if not _is_public(event):
            headers = {"content-type": "application/json"}
            return {"statusCode": 401, "headers": headers, "body": '{"message":"Unauthorized"}'}
    return api(event, context)


handler = partial(authorize, app.handler)


def _is_public(event: dict[str, Any]) -> bool:
    method = served_method(event["requestContext"]["http"]["method"])
    route = ROUTES.matching(event["rawPath"].rstrip("/") + "/").get(method)
    return route is not None and route.role is None


def _claims(payload: str) -> dict[str, str]:
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    # API Gateway turns a list into text.
    return {name: f"[{' '.join(value)}]" if isinstance(value, list) else str(value) for name, value in claims.items()}
