"""Checks of opt-outs: compares their answers with the claims of these people's messages and the provider's calls."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from sender.providers.base import CALL_DEADLINE
from tests.chaos import recorder

_MESSAGES = text("""
    SELECT m.id, client.phone FROM message AS m JOIN client ON client.id = m.client_id
    WHERE client.phone = ANY(CAST(:phones AS text[]))
""")


def messages(connection: Connection, answered: Mapping[str, datetime]) -> dict[int, datetime]:
    """Return the messages of people who have opted out, each with the time of the answer.

    Args:
        answered: times of the answers by phone.
    """
    rows = connection.execute(_MESSAGES, {"phones": list(answered)})
    return {row.id: answered[row.phone] for row in rows}


def claimed_after(answered: Mapping[int, datetime], claims: Mapping[int, Sequence[datetime]]) -> list[int]:
    """Return the ids of messages that were claimed after the answer, once for each claim."""
    return [each for each, answer in answered.items() for at in claims.get(each, ()) if at > answer]


def called_late(answered: Mapping[int, datetime], accepted: Sequence[tuple[int, datetime]]) -> list[int]:
    """Return the ids of calls later after the answer than a call under way may last."""
    return [each for each, at in accepted if each in answered and at > answered[each] + CALL_DEADLINE]


def checks(
    connection: Connection, accepted: Sequence[tuple[int, datetime]], *, answered: Mapping[str, datetime]
) -> Iterator[Count]:
    """Yield the checks of opt-outs, each with its expected count."""
    ended = messages(connection, answered)
    claims = recorder.claims(connection)
    yield Count("opt-outs: messages claimed after the answer", len(claimed_after(ended, claims)), 0)
    yield Count("opt-outs: calls longer after the answer than one may last", len(called_late(ended, accepted)), 0)
