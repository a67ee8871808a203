"""Public routes: the OpenAPI document, Swagger UI (served without other hosts) and the health check."""

from importlib.resources import files

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import text

from api.request_context import Context, RequestContext
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
<script>{js}</script>
<script>
SwaggerUIBundle({{
  url: "{document}", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: true, validatorUrl: null
}});
</script>
</body>
</html>"""


def swagger_page(context: RequestContext, document: str) -> Response[str]:
    """Return Swagger UI as one page, which loads the document by a relative URL.

    Args:
        document: the document's path, relative to the folder that has the page.
    """
    parent = "../" if context.given_path.endswith("/") else ""
    assets = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    page = _PAGE.format(
        css=assets.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        js=assets.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        document=parent + document,
    )
    return Response(200, content_type="text/html; charset=utf-8", body=page)


@routes.get(f"{API_PREFIX}/openapi.json/", role=None, summary="Get the OpenAPI document", documented=False)
def get_document(context: Context) -> Response[str]:
    """Get the OpenAPI document."""
    return Response(200, content_type="application/json", body=context.openapi_document())


@routes.get("/docs/", role=None, summary="Open Swagger UI", documented=False, compressed=True)
def get_docs(context: Context) -> Response[str]:
    """Open Swagger UI."""
    return swagger_page(context, "api/v1/openapi.json")


@routes.get(f"{API_PREFIX}/docs/", role=None, summary="Open Swagger UI", documented=False, compressed=True)
def get_api_docs(context: Context) -> Response[str]:
    """Open Swagger UI below the API's prefix."""
    return swagger_page(context, "openapi.json")


@routes.get("/health/", role=None, summary="Check the service and its database")
def get_health(context: Context) -> Health:
    """Check that the service answers and reaches its database."""
    with context.autocommit() as connection:
        connection.execute(text("SELECT 1"))
    return Health(status="ok")
