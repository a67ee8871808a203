"""The API's entry point under `sam local start-api`, which knows no JWT authorizer: passes a token's claims on.

Only for calls from this machine, because the token's signature is not checked. Runs in the function's container.
"""

import base64
import json
from typing import Any

from api.app import handler as api
from api.bootstrap import Handler
from api.resources import ROUTES


def behind_authorizer(answer: Handler) -> Handler:
    """Return a handler that checks and passes on claims as API Gateway with its authorizer does.

    Args:
        answer: the API's handler.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if "authorizer" in event["requestContext"]:
            return answer(event, context)
        kind, _, token = event["headers"].get("Authorization", "").partition(" ")
        match kind, token.split("."):
            case "Bearer", [_, payload, _]:
                event["requestContext"]["authorizer"] = {"jwt": {"claims": _claims(payload), "scopes": None}}
            case _ if not _is_public(event):
                headers = {"content-type": "application/json"}
                return {"statusCode": 401, "headers": headers, "body": '{"message":"Unauthorized"}'}
        return answer(event, context)

    return handler


handler = behind_authorizer(api)


def _is_public(event: dict[str, Any]) -> bool:
    route = ROUTES.matching(event["rawPath"].rstrip("/") + "/").get(event["requestContext"]["http"]["method"])
    return route is not None and route.role is None


def _claims(payload: str) -> dict[str, str]:
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    # API Gateway turns a list into text.
    return {name: f"[{' '.join(value)}]" if isinstance(value, list) else str(value) for name, value in claims.items()}
