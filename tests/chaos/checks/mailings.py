"""Checks of mailings: compares their rows and claims with the provider's accepted calls."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from local.demo.reconciliation import Count
from notifications.contracts.enumerations import ENDED_STATUSES
from tests.chaos import recorder
from tests.chaos.checks.verdict import Message, Observations

_MESSAGES = text("SELECT id, client_id, status, in_doubt, timezone FROM message WHERE mailing_id = :mailing_id")


def observe(connection: Connection, mailing_id: int, accepted: Sequence[tuple[int, datetime]]) -> Observations:
    """Read the observations of a mailing."""
    messages = [Message(*row) for row in connection.execute(_MESSAGES, {"mailing_id": mailing_id})]
    ids = {each.id for each in messages}
    own = [call for call in accepted if call[0] in ids]
    return Observations(messages, own, recorder.claims(connection), recorder.terms(connection, mailing_id))


def checks(name: str, seen: Observations, *, audience: int) -> Iterator[Count]:
    """Yield the checks of every mailing, each with its expected count."""
    yield Count(f"{name}: messages", len(seen.messages), audience)
    yield Count(f"{name}: clients with a message", len({each.client_id for each in seen.messages}), audience)
    yield Count(f"{name}: in a final state", len(seen.with_status(*ENDED_STATUSES)), audience)
    yield Count(f"{name}: sent but not accepted", len(seen.sent_but_not_accepted()), 0)
    yield Count(f"{name}: accepted and neither sent nor in doubt", len(seen.accepted_but_not_recorded()), 0)
    yield Count(f"{name}: ended in doubt, but not unknown", len(seen.ended_in_doubt()), 0)
    yield Count(f"{name}: called without a claim", len(seen.called_without_claim()), 0)
    yield Count(f"{name}: claimed while paused, over or out of the window", len(seen.claimed_when_forbidden()), 0)
    yield Count(f"{name}: called faster than the rate", len(seen.called_too_fast()), 0)
    yield Count(f"{name}: called out of the window", len(seen.called_out_of_window()), 0)
    yield Count(f"{name}: called after the end", len(seen.called_after_end()), 0)


def all_sent(name: str, seen: Observations, *, opted_out: Container[int]) -> Iterator[Count]:
    """Yield the checks of a mailing whose failed and unknown messages were sent again until all were sent.

    Args:
        opted_out: ids of the messages of people who have opted out.
    """
    stopped = {each for each in seen.with_status("suppressed", "unknown") if each in opted_out}
    yield Count(f"{name}: sent", len(seen.with_status("sent")), len(seen.messages) - len(stopped))
    yield from in_doubt(name, seen)


def in_doubt(name: str, seen: Observations) -> Iterator[Count]:
    """Yield the check that each accepted call is of a message that is sent, or in doubt and not called again."""
    doubtful = {each.id for each in seen.messages if each.in_doubt and each.status != "sent"}
    explained = len({each for each, _ in seen.accepted} & doubtful)
    yield Count(f"{name}: accepted = sent + in doubt", len(seen.accepted), len(seen.with_status("sent")) + explained)
