"""`tag/`: labels of clients."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator

from api.audit_writer import record_change
from api.fields import Tag as TagName
from api.middleware.normalization import BY_NAME, decode_segment, require_fit_in_path
from api.middleware.problems import InvalidParameter
from api.paging import Cursor, Limit, Pages
from api.request_context import Context, RequestContext
from api.resources.tags.schemas import Tag, TagInput, TagPage
from api.routing import Routes
from notifications.clients.tags import repository as tags
from notifications.clients.tags.names import MAX_TAG_LENGTH
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.problem_codes import ProblemCode

routes = Routes("tags")

_PATTERN_IN_PATH = r"^(?!\.{0,2}(/|$))[^%?#/]+(/(?!\.{0,2}(/|$))[^%?#/]+)*$"

NamePath = Annotated[
    str,
    AfterValidator(decode_segment),
    AfterValidator(require_fit_in_path),
    Path(
        description=f"tag, in upper or lower case, without % ? # and without `.`, `..` or nothing between slashes; "
        f"`tag/{BY_NAME}/` takes any tag",
        examples=["vip"],
        json_schema_extra={"pattern": _PATTERN_IN_PATH},
    ),
]
NameQuery = Annotated[TagName, Query(description="tag, in upper or lower case")]
Sort = Annotated[
    Literal["name", "-name", "length"],
    Query(
        description="`name`, `-name` for descending, or `length`: shortest first, so that a search begins with the name"
    ),
]
Search = Annotated[
    str | None, Query(description="tags whose name contains this, in any case", max_length=MAX_TAG_LENGTH)
]


@routes.get("/tag/", role=Role.viewer, summary="List tags")
def list_tags(
    context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "name", search: Search = None
) -> TagPage:
    """List tags with their client counts."""
    pages = Pages(tags.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: tags.page(connection, search=search, **page))
    return TagPage(items=[Tag.model_validate(row) for row in rows], next=following)


@routes.post("/tag/", role=Role.operator, summary="Create a tag", status=HTTPStatus.CREATED)
def create_tag(context: Context, new: TagInput) -> Response[Tag]:
    """Create a tag. 409 if it exists, also in another case.

    A tag that is given to a client is created with the client.
    """
    with context.transaction() as connection:
        created = Tag.model_validate(tags.create(connection, new.name))
        record_change(context, connection, AuditAction.CREATE, AuditKind.TAG, created.name, after=created)
    return Response(HTTPStatus.CREATED, content_type="application/json", body=created)


@routes.get(f"/tag/{BY_NAME}/", role=Role.viewer, summary="Get any tag")
def get_tag_by_name(context: Context, name: NameQuery) -> Tag:
    """Get a tag with its client count, whatever characters its name has."""
    return _read(context, name)


@routes.delete(f"/tag/{BY_NAME}/", role=Role.operator, summary="Delete any tag")
def delete_tag_by_name(context: Context, name: NameQuery) -> Response[None]:
    """Delete the tag and remove it from its clients. 409 if an unfinished mailing filters on it."""
    return _delete(context, name)


@routes.get("/tag/<name>/", role=Role.viewer, summary="Get a tag", name_may_have_slashes=True)
def get_tag(context: Context, name: NamePath) -> Tag:
    """Get a tag with its client count."""
    return _read(context, name)


@routes.delete("/tag/<name>/", role=Role.operator, summary="Delete a tag", name_may_have_slashes=True)
def delete_tag(context: Context, name: NamePath) -> Response[None]:
    """Delete the tag and remove it from its clients. 409 if an unfinished mailing filters on it.

    The path must end in a slash, which shows that the gateway has not cut it at an encoded question mark.
    """
    if not context.given_path.endswith("/"):
        raise InvalidParameter("path", "name", ProblemCode.SLASH_MISSING_IN_PATH)
    return _delete(context, name)


def _read(context: RequestContext, name: str) -> Tag:
    with context.autocommit() as connection:
        return Tag.model_validate(tags.get(connection, name))


def _delete(context: RequestContext, name: str) -> Response[None]:
    with context.transaction() as connection:
        row = tags.get(connection, name)
        tags.remove(connection, row)
        before = Tag.model_validate(row)
        record_change(context, connection, AuditAction.DELETE, AuditKind.TAG, row.name, before=before)
    return Response(HTTPStatus.NO_CONTENT)
