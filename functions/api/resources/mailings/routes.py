"""`mailing/`: what is sent, to whom and when."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from sqlalchemy import Connection

from api import request_context
from api.audit_writer import note
from api.dispatcher_trigger import wake_after_commit
from api.middleware.etags import IfMatch, IfNoneMatch, etag_of, require_match, require_modified
from api.paging import Cursor, Limit, Pages
from api.resources.mailings.schemas import Filter, Mailing, MailingChange, MailingInput, MailingPage, Stats, Window
from notifications.clients.attributes import require_known
from notifications.contracts.enumerations import AuditAction, AuditKind, MailingStatus
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.mailings import commands
from notifications.mailings import repository as mailings

router = APIGatewayHttpRouter()

MailingId = Annotated[int, Path(description="the mailing's id", ge=1, lt=2**63, examples=[7])]
StatusFilter = Annotated[MailingStatus | None, Query(description="mailings in this status")]
Sort = Annotated[Literal["id", "-id", "starts_at", "-starts_at"], Query(description="the order; `-` for descending")]


def shown(row: Any, stats: mailings.Stats) -> Mailing:
    """A mailing as the API shows it."""
    window = mailings.window_of(row)
    return Mailing(
        id=row.id,
        text=row.text,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        max_rate=row.max_rate,
        on_unknown=row.on_unknown,
        status=row.status,
        filter=Filter(tags=row.filter_tags, operator_codes=row.filter_operator_codes),
        send_window=Window(start=f"{window.start:%H:%M}", end=f"{window.end:%H:%M}") if window else None,
        stats=Stats(**stats),
    )


def columns_of(given: MailingInput | MailingChange) -> dict[str, Any]:
    """The named fields of a mailing as the columns of its row."""
    values = {name: getattr(given, name) for name in given.model_fields_set}
    if "filter" in values:
        wanted = values.pop("filter")
        values |= {"filter_tags": wanted.tags, "filter_operator_codes": wanted.operator_codes}
    if "send_window" in values:
        window = values.pop("send_window")
        parsed = window and window.parsed()
        values |= {"window_start": parsed and parsed.start, "window_end": parsed and parsed.end}
    return values


def require_period(starts_at: datetime, ends_at: datetime) -> None:
    """InvalidInput for a mailing that ends before it starts, or in the past."""
    if ends_at <= starts_at:
        raise InvalidInput("ends_at", ProblemCode.END_BEFORE_START)
    if ends_at <= request_context.now():
        raise InvalidInput("ends_at", ProblemCode.END_IN_PAST)


def read(connection: Connection, row: Any) -> Mailing:
    """A mailing as the API shows it, with its counts read."""
    return shown(row, mailings.stats(connection, [row.id])[row.id])


def answer(status: HTTPStatus, mailing: Mailing) -> Response[Mailing]:
    """A mailing with its ETag."""
    headers: dict[str, Any] = {"ETag": etag_of(mailing)}
    return Response(status, content_type="application/json", body=mailing, headers=headers)


def changed(
    mailing_id: int, action: AuditAction, act: Callable[[Connection, Any], object], if_match: str | None
) -> Mailing:
    """The mailing after something was done to it; the dispatcher is woken to follow."""
    with request_context.transaction() as connection:
        row = mailings.get(connection, mailing_id, lock=True)
        before = read(connection, row)
        require_match(if_match, before)
        act(connection, row)
        after = read(connection, mailings.get(connection, mailing_id))
        note(router, connection, action, AuditKind.MAILING, mailing_id, before=before, after=after)
        wake_after_commit()
    return after


@router.get("/api/v1/mailing/", summary="A page of mailings, the newest first", tags=["mailings"])
def list_mailings(
    limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id", status: StatusFilter = None
) -> MailingPage:
    """Each with its counts, read from running counts."""
    pages = Pages(mailings.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with request_context.autocommit() as connection:
        rows, following = pages.read(lambda **page: mailings.page(connection, status=status, **page))
        stats = mailings.stats(connection, [row.id for row in rows])
    return MailingPage(items=[shown(row, stats[row.id]) for row in rows], next=following)


@router.post("/api/v1/mailing/", summary="Create a mailing", tags=["mailings"], status_code=201)
def create_mailing(new: MailingInput) -> Response[Mailing]:
    """The audience is fixed when the mailing starts; the dispatcher is woken at once."""
    require_period(new.starts_at, new.ends_at)
    with request_context.transaction() as connection:
        require_known(connection, new.text)
        created = read(connection, mailings.create(connection, columns_of(new)))
        note(router, connection, AuditAction.CREATE, AuditKind.MAILING, created.id, after=created)
        wake_after_commit()
    return answer(HTTPStatus.CREATED, created)


@router.get("/api/v1/mailing/<mailing_id>/", summary="One mailing with its counts", tags=["mailings"])
def get_mailing(mailing_id: MailingId, if_none_match: IfNoneMatch = None) -> Response[Mailing]:
    """The counts by status add up to the audience. The `ETag` is what a change may name in `If-Match`."""
    with request_context.autocommit() as connection:
        found = read(connection, mailings.get(connection, mailing_id))
    require_modified(if_none_match, found)
    return answer(HTTPStatus.OK, found)


@router.patch("/api/v1/mailing/<mailing_id>/", summary="Change what is named", tags=["mailings"])
def change_mailing(mailing_id: MailingId, change: MailingChange, if_match: IfMatch = None) -> Response[Mailing]:
    """What is not named stays. Messages not yet sent follow.

    A finished mailing is not changed (409), and of one that has started neither the filter nor the start (409).
    """

    def act(connection: Connection, row: Any) -> None:
        values = columns_of(change)
        if "text" in values:
            require_known(connection, values["text"])
        if {"starts_at", "ends_at"} & values.keys():
            require_period(values.get("starts_at", row.starts_at), values.get("ends_at", row.ends_at))
        if values:
            commands.change(connection, mailing_id, values)

    return answer(HTTPStatus.OK, changed(mailing_id, AuditAction.CHANGE, act, if_match))


@router.delete("/api/v1/mailing/<mailing_id>/", summary="Stop and delete a mailing", tags=["mailings"], status_code=204)
def delete_mailing(mailing_id: MailingId, if_match: IfMatch = None) -> Response[None]:
    """What was sent still counts in the daily report."""
    with request_context.transaction() as connection:
        before = read(connection, mailings.get(connection, mailing_id, lock=True))
        require_match(if_match, before)
        commands.remove(connection, mailing_id, now=request_context.now())
        note(router, connection, AuditAction.DELETE, AuditKind.MAILING, mailing_id, before=before)
        wake_after_commit()
    return Response(HTTPStatus.NO_CONTENT)
