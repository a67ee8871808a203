"""`tag/`: the labels on clients."""

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import request_context
from api.audit_writer import note
from api.paging import Cursor, Limit, Pages
from api.resources.tags.schemas import Tag, TagInput, TagPage
from notifications.clients import tags
from notifications.contracts.enumerations import AuditAction, AuditKind

router = APIGatewayHttpRouter()

NamePath = Annotated[str, Path(description="the tag; compared without case", examples=["vip"])]
Sort = Annotated[Literal["name", "-name"], Query(description="the order; `-` for descending")]


@router.get("/api/v1/tag/", summary="A page of tags", tags=["tags"])
def list_tags(limit: Limit = 50, cursor: Cursor = None, sort: Sort = "name") -> TagPage:
    """Each with the number of its clients."""
    pages = Pages(tags.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: tags.page(connection, **page))
    return TagPage(items=[Tag.model_validate(row) for row in rows], next=following)


@router.post("/api/v1/tag/", summary="Create a tag", tags=["tags"], status_code=201)
def create_tag(new: TagInput) -> Response[Tag]:
    """Tags that come with a client need not be created. One that is there, in any case, is a 409."""
    with request_context.transaction() as connection:
        shown = Tag.model_validate(tags.create(connection, new.name))
        note(router, connection, AuditAction.CREATE, AuditKind.TAG, shown.name, after=shown)
    return Response(HTTPStatus.CREATED, content_type="application/json", body=shown)


@router.get("/api/v1/tag/<name>/", summary="One tag", tags=["tags"])
def get_tag(name: NamePath) -> Tag:
    """With the number of its clients."""
    with request_context.autocommit() as connection:
        return Tag.model_validate(tags.get(connection, unquote(name)))


@router.delete("/api/v1/tag/<name>/", summary="Delete a tag", tags=["tags"], status_code=204)
def delete_tag(name: NamePath) -> Response[None]:
    """It is taken from its clients. While a mailing filters on it that is not finished, this is a 409."""
    with request_context.transaction() as connection:
        row = tags.get(connection, unquote(name))
        tags.remove(connection, row)
        note(router, connection, AuditAction.DELETE, AuditKind.TAG, row.name, before=Tag.model_validate(row))
    return Response(HTTPStatus.NO_CONTENT)
