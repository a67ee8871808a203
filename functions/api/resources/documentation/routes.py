"""The public pages: the OpenAPI document, Swagger UI that needs no other host, and the health check."""

from importlib.resources import files

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import text

from api import request_context
from api.resources.documentation.schemas import Health

router = APIGatewayHttpRouter()

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


def swagger_page(document_url: str) -> str:
    """Swagger UI as one page, for the document at a URL relative to the page."""
    assets = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    return _PAGE.format(
        css=assets.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        js=assets.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        document=document_url,
    )


@router.get("/api/v1/openapi.json/", include_in_schema=False)
def get_document() -> Response[str]:
    """The OpenAPI document."""
    from api.app import app  # noqa: PLC0415 - the document describes the app that this route is part of
    from api.openapi.document import document  # noqa: PLC0415 - nothing else needs it, and it is slow to make

    return Response(200, content_type="application/json", body=document(app))


@router.get("/docs/", include_in_schema=False, compress=True)
def get_docs() -> Response[str]:
    """Swagger UI."""
    return Response(200, content_type="text/html; charset=utf-8", body=swagger_page("../api/v1/openapi.json"))


@router.get("/api/v1/docs/", include_in_schema=False, compress=True)
def get_api_docs() -> Response[str]:
    """Swagger UI, below the API."""
    return Response(200, content_type="text/html; charset=utf-8", body=swagger_page("../openapi.json"))


@router.get("/health/", summary="Liveness, with a database ping", tags=["service"])
def get_health() -> Health:
    """Answers only when the database does."""
    with request_context.autocommit() as connection:
        connection.execute(text("SELECT 1"))
    return Health(status="ok")
