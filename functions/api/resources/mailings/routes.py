"""`mailing/`: mailings with their counts."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from sqlalchemy import Connection

from api.audit_writer import record_change
from api.middleware.etags import IfMatch, IfNoneMatch, require_match, require_modified
from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.mailings.representation import (
    answer,
    columns_of,
    columns_of_new,
    created_answer,
    mailing_of,
    read,
    require_period,
    require_valid_text,
)
from api.resources.mailings.schemas import CreatedMailing, Mailing, MailingChange, MailingPage, NewMailing
from api.resources.mailings.updates import update
from api.routing import Routes
from notifications.contracts.enumerations import AuditAction, AuditKind, MailingStatus, Role
from notifications.mailings import commands
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing as StoredMailing
from notifications.mailings.warnings import warnings_of

routes = Routes("mailings")

MailingId = Annotated[int, Path(description="id of the mailing", ge=1, lt=2**63, examples=[7])]
StatusFilter = Annotated[MailingStatus | None, Query(description="mailings in this status")]
Sort = Annotated[
    Literal["id", "-id", "starts_at", "-starts_at"],
    Query(description="field to sort by; `-` for descending"),
]


@routes.get("/mailing/", role=Role.viewer, summary="List mailings")
def list_mailings(
    context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id", status: StatusFilter = None
) -> MailingPage:
    """List mailings with their counts, by default latest first."""
    pages = Pages(mailings.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: mailings.page(connection, status=status, **page))
        stats = mailings.stats(connection, [row.id for row in rows])
    return MailingPage(items=[mailing_of(row, stats[row.id]) for row in rows], next=following)


@routes.post("/mailing/", role=Role.operator, summary="Create a mailing", status=HTTPStatus.CREATED)
def create_mailing(context: Context, new: NewMailing) -> Response[CreatedMailing]:
    """Create a mailing. Its audience is fixed when it starts; with `starts_at` in the past it starts at once.

    With `draft`, it does not start before it is launched. Until then its text may be anything, also empty, and its end
    may be in the past.
    """
    require_period(new.starts_at, new.ends_at, now=None if new.draft else context.now())
    with context.transaction() as connection:
        if not new.draft:
            require_valid_text(context, connection, new.text)
        row = mailings.create(connection, columns_of_new(new, context.catalog().default_on_unknown))
        created = read(connection, row)
        warnings = warnings_of(connection, row)
        record_change(context, connection, AuditAction.CREATE, AuditKind.MAILING, created.id, after=created)
        context.trigger_dispatcher_after_commit()
    return created_answer(created, warnings)


@routes.get("/mailing/<mailing_id>/", role=Role.viewer, summary="Get a mailing")
def get_mailing(context: Context, mailing_id: MailingId, if_none_match: IfNoneMatch = None) -> Response[Mailing]:
    """Get a mailing with its counts, which add up to the audience.

    Send the returned `ETag` as `If-Match` with an update, so that no other change is overwritten.
    """
    with context.autocommit() as connection:
        mailing = read(connection, mailings.get(connection, mailing_id))
    require_modified(if_none_match, mailing)
    return answer(HTTPStatus.OK, mailing)


@routes.patch("/mailing/<mailing_id>/", role=Role.operator, summary="Update a mailing")
def update_mailing(
    context: Context, mailing_id: MailingId, change: MailingChange, if_match: IfMatch = None
) -> Response[Mailing]:
    """Update the given fields. Unsent messages use the new values.

    A message that the provider may have accepted keeps its text.

    A draft's text may be anything, also empty, and its end may be in the past: both are checked when it is launched.

    409 if the mailing has finished, is cancelled or its end has passed, or if it has started and `filter`,
    `category` or `starts_at` is given.
    """

    def apply(connection: Connection, row: StoredMailing) -> None:
        values = columns_of(change)
        is_draft = row.status == MailingStatus.DRAFT
        if "text" in values and not is_draft:
            require_valid_text(context, connection, values["text"])
        if {"starts_at", "ends_at"} & values.keys():
            starts_at, ends_at = values.get("starts_at", row.starts_at), values.get("ends_at", row.ends_at)
            require_period(starts_at, ends_at, now=None if is_draft else context.now())
        if values:
            commands.change(connection, mailing_id, values, now=context.now())

    return update(context, mailing_id, AuditAction.CHANGE, apply, if_match=if_match)


@routes.delete("/mailing/<mailing_id>/", role=Role.operator, summary="Stop and delete a mailing")
def delete_mailing(context: Context, mailing_id: MailingId, if_match: IfMatch = None) -> Response[None]:
    """Stop the mailing and delete it. Messages already sent still count in the daily report."""
    with context.transaction() as connection:
        before = read(connection, mailings.get(connection, mailing_id, lock=True))
        require_match(if_match, before)
        commands.remove(connection, mailing_id, now=context.now())
        record_change(context, connection, AuditAction.DELETE, AuditKind.MAILING, mailing_id, before=before)
        context.trigger_dispatcher_after_commit()
    return Response(HTTPStatus.NO_CONTENT)
