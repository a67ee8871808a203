"""Converts mailings: input to columns of a row, and a row with its counts to an answer."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from sqlalchemy import Connection

from api.middleware.etags import etag_of
from api.request_context import RequestContext
from api.resources.mailings.schemas import (
    CreatedMailing,
    Filter,
    Mailing,
    MailingChange,
    MailingInput,
    NewMailing,
    Stats,
    Window,
)
from api.resources.mailings.schemas import MailingWarning as ShownWarning
from notifications.clients.attributes.names import require_known_placeholders
from notifications.contracts.enumerations import MailingStatus, OnUnknown
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.warning_codes import MailingWarning
from notifications.mailings import repository as mailings
from notifications.mailings.mailing import Mailing as StoredMailing
from notifications.texts.rendering import require_sendable_template


def columns_of(given: MailingInput | MailingChange) -> dict[str, Any]:
    """Return the given fields of a mailing as columns of its row."""
    values = {name: getattr(given, name) for name in given.model_fields_set}
    if "filter" in values:
        wanted = values.pop("filter")
        values |= {"filter_tags": wanted.tags, "filter_operator_codes": wanted.operator_codes}
    if "send_window" in values:
        window = values.pop("send_window")
        parsed = window and window.parsed()
        values |= {"window_start": parsed and parsed.start, "window_end": parsed and parsed.end}
    return values


def columns_of_input(given: MailingInput, default_on_unknown: OnUnknown) -> dict[str, Any]:
    """Return the given fields of a mailing as columns, with a default of `on_unknown`."""
    return columns_of(given) | {"on_unknown": given.on_unknown or default_on_unknown}


def columns_of_new(given: NewMailing, default_on_unknown: OnUnknown) -> dict[str, Any]:
    """Return the columns of a new mailing's row."""
    values = columns_of_input(given, default_on_unknown)
    values.pop("draft", None)
    return values | {"status": MailingStatus.DRAFT if given.draft else MailingStatus.SCHEDULED}


def require_period(starts_at: datetime, ends_at: datetime, *, now: datetime | None) -> None:
    """Raise InvalidInput if a mailing ends before it starts or in the past.

    Args:
        now: None for a draft, whose end may be in the past until it is launched.
    """
    if ends_at <= starts_at:
        raise InvalidInput("ends_at", ProblemCode.END_BEFORE_START)
    if now is not None and ends_at <= now:
        raise InvalidInput("ends_at", ProblemCode.END_IN_PAST)


def require_valid_text(context: RequestContext, connection: Connection, text: str) -> None:
    """Raise InvalidInput if a mailing's text names unknown attributes, is blank or too long."""
    require_known_placeholders(connection, text)
    require_sendable_template(text, max_segments=context.max_segments())


def mailing_of(row: StoredMailing, stats: mailings.Stats) -> Mailing:
    """Return a mailing as the API shows it."""
    window = row.send_window
    return Mailing(
        id=row.id,
        text=row.text,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        max_rate=row.max_rate,
        on_unknown=row.on_unknown,
        category=row.category,
        status=row.status,
        filter=Filter(tags=row.filter_tags, operator_codes=row.filter_operator_codes),
        send_window=Window(start=f"{window.start:%H:%M}", end=f"{window.end:%H:%M}") if window else None,
        stats=Stats(**stats),
        messages_removed_at=row.messages_removed_at,
    )


def read(connection: Connection, row: StoredMailing) -> Mailing:
    """Return a mailing as the API shows it, with its counts read from the database."""
    return mailing_of(row, mailings.stats(connection, [row.id])[row.id])


def created_answer(mailing: Mailing, warnings: Iterable[MailingWarning]) -> Response[CreatedMailing]:
    """Return the answer to the creation of a mailing, with the ETag of the mailing alone."""
    shown = [ShownWarning.model_validate(each) for each in warnings]
    body = CreatedMailing(**dict(mailing), warnings=shown)
    headers = {"ETag": etag_of(mailing)}
    return Response(HTTPStatus.CREATED, content_type="application/json", body=body, headers=headers)


def answer(status: HTTPStatus, mailing: Mailing) -> Response[Mailing]:
    """Return an answer with a mailing and its ETag."""
    return Response(status, content_type="application/json", body=mailing, headers={"ETag": etag_of(mailing)})
