"""Public routes: the OpenAPI document, Swagger UI (served without other hosts) and the health check."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import text

from api.request_context import Context
from api.resources.documentation.schemas import Health
from api.routing import API_PREFIX, Routes

routes = Routes("service", prefix="")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Notifications API</title>
<style>{css}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script>{bundle}</script>
<script>{start}</script>
</body>
</html>"""
_START = """
const folder = location.origin + location.pathname.replace(/\\/?$/, "/");
SwaggerUIBundle({{
  url: new URL("{document}", folder).href,
  dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: true, validatorUrl: null
}});
"""
# Swagger UI sets styles and has images inside its style sheet.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@cache
def _swagger_ui(document: str) -> tuple[str, str]:
    """Return the page of Swagger UI, and the Content-Security-Policy that allows its scripts only.

    The page works with and without a slash at the end of its URL. The browser decides by the URL that it shows, since a
    gateway may remove the slash.

    Args:
        document: the OpenAPI document's URL, relative to the page's URL with the slash.
    """
    assets = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    css, bundle = (
        assets.joinpath(name).read_text(encoding="utf-8") for name in ("swagger-ui.min.css", "swagger-ui-bundle.min.js")
    )
    start = _START.format(document=document)
    page = _PAGE.format(css=css, bundle=bundle, start=start)
    return page, _POLICY.format(scripts=" ".join(f"'sha256-{_digest(script)}'" for script in (bundle, start)))


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def _show(document: str) -> Response[str]:
    page, policy = _swagger_ui(document)
    headers = {"Content-Security-Policy": policy}
    return Response(200, content_type="text/html; charset=utf-8", body=page, headers=headers)


@routes.get(f"{API_PREFIX}/openapi.json/", role=None, summary="Get the OpenAPI document", documented=False)
def get_document(context: Context) -> Response[str]:
    """Get the OpenAPI document."""
    return Response(200, content_type="application/json", body=context.openapi_document())


@routes.get("/docs/", role=None, summary="Open Swagger UI", documented=False, compressed=True)
def get_docs() -> Response[str]:
    """Open Swagger UI."""
    return _show("../api/v1/openapi.json")


@routes.get(f"{API_PREFIX}/docs/", role=None, summary="Open Swagger UI", documented=False, compressed=True)
def get_api_docs() -> Response[str]:
    """Open Swagger UI below the API's prefix."""
    return _show("../openapi.json")


@routes.get("/health/", role=None, summary="Check the service and its database")
def get_health(context: Context) -> Health:
    """Check that the service answers and reaches its database."""
    with context.autocommit() as connection:
        connection.execute(text("SELECT 1"))
    return Health(status="ok")
