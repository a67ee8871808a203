"""`tag/`: labels of clients."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator

from api.audit_writer import author_of, record_change
from api.fields import Tag as TagName
from api.middleware.normalization import BY_NAME, decode_segment, require_fit_in_path
from api.middleware.problems import InvalidParameter
from api.paging import Cursor, Limit, Pages
from api.request_context import Context, RequestContext
from api.resources.jobs.schemas import Job
from api.resources.mailings.representation import read
from api.resources.tags.schemas import Tag, TagChange, TagInput, TagPage
from api.routing import Routes
from notifications.clients.bulk import commands
from notifications.clients.tags import repository as tags
from notifications.clients.tags.names import MAX_TAG_LENGTH
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.contracts.problem_codes import ProblemCode
from notifications.mailings import repository as mailings

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


@routes.patch(f"/tag/{BY_NAME}/", role=Role.operator, summary="Rename any tag")
def rename_tag_by_name(context: Context, name: NameQuery, change: TagChange) -> Tag:
    """Rename the tag, whatever characters its names have. See the call with the name in the path."""
    return _rename(context, name, change.name)


@routes.delete(f"/tag/{BY_NAME}/", role=Role.operator, summary="Delete any tag", may_start_job=True)
def delete_tag_by_name(context: Context, name: NameQuery) -> Response[Job | None]:
    """Delete the tag, whatever characters its name has. See the call with the name in the path."""
    return _delete(context, name)


@routes.get("/tag/<name>/", role=Role.viewer, summary="Get a tag", name_may_have_slashes=True)
def get_tag(context: Context, name: NamePath) -> Tag:
    """Get a tag with its client count."""
    return _read(context, name)


@routes.patch("/tag/<name>/", role=Role.operator, summary="Rename a tag", name_may_have_slashes=True)
def rename_tag(context: Context, name: NamePath, change: TagChange) -> Tag:
    """Rename the tag. 409 if another tag has the name, also in another case.

    Its clients keep it. Mailings that are not over and filter on it follow, so their audience stays the same. Mailings
    that are over keep the former name.

    The path must end in a slash, which shows that the gateway has not cut it at an encoded question mark.
    """
    _require_slash(context)
    return _rename(context, name, change.name)


@routes.delete(
    "/tag/<name>/", role=Role.operator, summary="Delete a tag", name_may_have_slashes=True, may_start_job=True
)
def delete_tag(context: Context, name: NamePath) -> Response[Job | None]:
    """Delete the tag and remove it from its clients. 409 if a mailing that is not over filters on it.

    Up to 1,000 clients are changed at once: 204. More are changed by a job: 202 with the job. `Location` has its URL,
    unless the name has a slash. The tag exists until the job has finished. The job fails if a mailing begins to filter
    on it.

    The path must end in a slash, which shows that the gateway has not cut it at an encoded question mark.
    """
    _require_slash(context)
    return _delete(context, name)


def _require_slash(context: RequestContext) -> None:
    if not context.given_path.endswith("/"):
        raise InvalidParameter("path", "name", ProblemCode.SLASH_MISSING_IN_PATH)


def _read(context: RequestContext, name: str) -> Tag:
    with context.autocommit() as connection:
        return Tag.model_validate(tags.get(connection, name))


def _rename(context: RequestContext, name: str, new_name: str) -> Tag:
    with context.transaction() as connection:
        row = tags.get(connection, name)
        before = Tag.model_validate(row)
        following = [mailings.get(connection, each, lock=True) for each in tags.mailings_using(connection, row.key)]
        shown = [read(connection, each) for each in following]
        after = Tag.model_validate(tags.rename(connection, row, new_name, following=[each.id for each in following]))
        for key in dict.fromkeys((after.name, before.name)) if after != before else ():
            record_change(context, connection, AuditAction.CHANGE, AuditKind.TAG, key, before=before, after=after)
        for old in shown:
            new = read(connection, mailings.get(connection, old.id))
            record_change(context, connection, AuditAction.CHANGE, AuditKind.MAILING, old.id, before=old, after=new)
    return after


def _delete(context: RequestContext, name: str) -> Response[Job | None]:
    with context.transaction() as connection:
        row = tags.get(connection, name)
        job = commands.delete_tag(
            connection, row, author=author_of(context), now=context.now(), at_once=context.changed_at_once()
        )
        before = Tag.model_validate(row)
        record_change(context, connection, AuditAction.DELETE, AuditKind.TAG, row.name, before=before)
        if job is None:
            return Response(HTTPStatus.NO_CONTENT)
        context.trigger_dispatcher_after_commit()
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=Job.model_validate(job))
