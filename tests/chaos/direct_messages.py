"""The account of test sends: what became of each, against the provider's calls."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import ENDED_STATUSES, OPEN_STATUSES, MailingStatus
from notifications.database.tables import sql_list
from tests.chaos import recorder
from tests.chaos.recorder import Terms
from tests.chaos.verdict import Message, Witnessed

_ALL = text("""
    SELECT m.id, m.status, m.in_doubt, direct.created_at, direct.ends_at
    FROM message AS m JOIN direct_message AS direct ON direct.message_id = m.id
    WHERE direct.created_at >= :since ORDER BY m.id
""")
_OPEN = text(f"SELECT count(*) FROM message WHERE mailing_id IS NULL AND status IN {sql_list(OPEN_STATUSES)}")


def are_over(connection: Connection) -> bool:
    """Whether every test send has come to its end."""
    return not connection.execute(_OPEN).scalar_one()


def witness(connection: Connection, accepted: Sequence[tuple[int, datetime]], *, since: datetime) -> list[Witnessed]:
    """What was seen of each test send from a moment on, as of a mailing of its own without a window."""
    claims = recorder.claims(connection)
    return [
        Witnessed(
            messages=[Message(row.id, None, row.status, row.in_doubt, "UTC")],
            accepted=[call for call in accepted if call[0] == row.id],
            claims=claims,
            terms=[Terms(row.created_at, MailingStatus.RUNNING, None, row.ends_at)],
        )
        for row in connection.execute(_ALL, {"since": since})
    ]


def account(seen: Sequence[Witnessed], *, answered: set[int]) -> Iterator[Count]:
    """Every promise to test sends, with what was found and what it has to be.

    Args:
        answered: the ids that the API has told its caller.
    """
    known = {message.id for each in seen for message in each.messages}
    yield Count("tests: answered and not stored", len(answered - known), 0)
    yield Count("tests: in a final state", sum(len(each.with_status(*ENDED_STATUSES)) for each in seen), len(seen))
    yield Count("tests: sent but not accepted", sum(len(each.invented()) for each in seen), 0)
    yield Count("tests: accepted and neither sent nor in doubt", sum(len(each.unproven()) for each in seen), 0)
    yield Count("tests: called without a claim", sum(len(each.unclaimed()) for each in seen), 0)
    yield Count("tests: claimed after their end", sum(len(each.forbidden()) for each in seen), 0)
    yield Count("tests: called after their end", sum(len(each.late()) for each in seen), 0)
