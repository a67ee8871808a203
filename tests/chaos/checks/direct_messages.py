"""Checks test sends: compares their rows with the provider's accepted calls."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import ENDED_STATUSES, OPEN_STATUSES, MailingStatus
from notifications.database.tables import sql_list
from tests.chaos import recorder
from tests.chaos.checks.verdict import Message, Observations
from tests.chaos.recorder import Terms

_ALL = text("""
    SELECT m.id, m.status, m.in_doubt, direct.created_at, direct.ends_at
    FROM message AS m JOIN direct_message AS direct ON direct.message_id = m.id
    WHERE direct.created_at >= :since ORDER BY m.id
""")
_OPEN = text(f"SELECT count(*) FROM message WHERE mailing_id IS NULL AND status IN {sql_list(OPEN_STATUSES)}")


def have_all_ended(connection: Connection) -> bool:
    """Return True if every test send has a final status."""
    return not connection.execute(_OPEN).scalar_one()


def observe(connection: Connection, accepted: Sequence[tuple[int, datetime]], *, since: datetime) -> list[Observations]:
    """Read the observations of each test send created since a time, each like a mailing without a window."""
    claims = recorder.claims(connection)
    return [
        Observations(
            messages=[Message(row.id, None, row.status, row.in_doubt, "UTC")],
            accepted=[call for call in accepted if call[0] == row.id],
            claims=claims,
            terms=[Terms(row.created_at, MailingStatus.RUNNING, None, row.ends_at)],
        )
        for row in connection.execute(_ALL, {"since": since})
    ]


def checks(seen: Sequence[Observations], *, answered: set[int]) -> Iterator[Count]:
    """Yield the checks of test sends, each with its expected count.

    Args:
        answered: ids of the test sends that the API has accepted.
    """
    known = {message.id for each in seen for message in each.messages}
    yield Count("tests: answered and not stored", len(answered - known), 0)
    yield Count("tests: in a final state", sum(len(each.with_status(*ENDED_STATUSES)) for each in seen), len(seen))
    yield Count("tests: sent but not accepted", sum(len(each.sent_but_not_accepted()) for each in seen), 0)
    yield Count(
        "tests: accepted and neither sent nor in doubt", sum(len(each.accepted_but_not_recorded()) for each in seen), 0
    )
    yield Count("tests: ended in doubt, but not unknown", sum(len(each.ended_in_doubt()) for each in seen), 0)
    yield Count("tests: called without a claim", sum(len(each.called_without_claim()) for each in seen), 0)
    yield Count("tests: claimed after their end", sum(len(each.claimed_when_forbidden()) for each in seen), 0)
    yield Count("tests: called after their end", sum(len(each.called_after_end()) for each in seen), 0)
