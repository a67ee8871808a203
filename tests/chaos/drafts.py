"""Drafts that an operator creates, launches and withdraws meanwhile, and their checks: nothing of a draft is sent."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import LIVE_STATUSES
from notifications.database.tables import sql_list
from tests.chaos import recorder

TAG = "chaos-draft"
# No client of the other mailings has these phones.
PHONES = ("79999999001", "79999999002", "79999999003")
CSV = "\n".join(("phone,timezone,tags", *(f"{phone},UTC,{TAG}" for phone in PHONES)))
# A launch that is not withdrawn in time must have ended when the run is checked.
DURATION = timedelta(minutes=1)

_OURS = "mailing.filter_tags = ARRAY[:tag] AND mailing.created_at >= :since"
_LIVE = text(f"SELECT count(*) FROM mailing WHERE {_OURS} AND status IN {sql_list(LIVE_STATUSES)}")
_MESSAGES = text(f"""
    SELECT message.id, mailing.status FROM message JOIN mailing ON mailing.id = message.mailing_id
    WHERE {_OURS}
""")


def body(*, is_empty: bool) -> dict[str, Any]:
    """Return a draft that is due as soon as it is launched.

    Args:
        is_empty: True for a draft without a text, which cannot be launched.
    """
    now = datetime.now(UTC)
    return {
        "text": "" if is_empty else "Draft",
        "starts_at": now.isoformat(),
        "ends_at": (now + DURATION).isoformat(),
        "filter": {"tags": [TAG]},
        "draft": True,
    }


def have_all_ended(connection: Connection, *, since: datetime) -> bool:
    """Return True if every mailing that was launched from a draft has ended."""
    return not connection.execute(_LIVE, {"tag": TAG, "since": since}).scalar_one()


def checks(connection: Connection, accepted: Sequence[tuple[int, datetime]], *, since: datetime) -> Iterator[Count]:
    """Yield the checks of drafts, each with its expected count."""
    statuses = {row.id: row.status for row in connection.execute(_MESSAGES, {"tag": TAG, "since": since})}
    drafts = {message_id for message_id, status in statuses.items() if status == "draft"}
    yield Count("drafts: messages of a draft", len(drafts), 0)
    yield Count("drafts: messages planned while it was a draft", recorder.planned_of_drafts(connection), 0)
    yield Count("drafts: calls accepted of a draft", len([each for each, _ in accepted if each in drafts]), 0)


def calls(connection: Connection, accepted: Sequence[tuple[int, datetime]], *, since: datetime) -> int:
    """Return the number of accepted calls of mailings that were launched from drafts."""
    own = {row.id for row in connection.execute(_MESSAGES, {"tag": TAG, "since": since})}
    return len([each for each, _ in accepted if each in own])
