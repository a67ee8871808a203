"""Why a client did, did not yet, or never will get a mailing: each rule by itself, and what follows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from notifications.clients import audience
from notifications.clients import repository as clients
from notifications.clients.attributes import values_of
from notifications.clients.contacts import load_zone
from notifications.contracts.enumerations import MailingStatus, MessageStatus
from notifications.contracts.errors import MissingValue
from notifications.database.tables import client
from notifications.mailings import repository as mailings
from notifications.message_state import MAX_ATTEMPTS
from notifications.messages import attempts, history
from notifications.providers import health
from notifications.schedules.send_windows import next_opening
from notifications.texts.placeholders import Template


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition for the message to go out now, whether it holds, and the facts."""

    rule: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a mailing for one client, in words; `message` is null where there is none.

    `attempts` are those that are remembered, the oldest first (`notifications.messages.history.attempts`).
    """

    message: Row[Any] | None
    verdict: str
    rules: Sequence[Rule]
    attempts: Sequence[Row[Any]]


def explain(connection: Connection, mailing_id: int, phone: str, *, now: datetime) -> Explanation:
    """The explanation for the client with a phone; NotFound if there is no such mailing or client."""
    row = mailings.get(connection, mailing_id)
    person = clients.get(connection, phone)
    found = history.of_client(connection, mailing_id, person.id)
    rules = [
        _filter(connection, row, person),
        _audience(row, person, found),
        Rule("start", now >= row.starts_at, f"starts {_shown(row.starts_at)}"),
        Rule("end", now < row.ends_at, f"ends {_shown(row.ends_at)}"),
        Rule("mailing", row.status == MailingStatus.RUNNING, f"the mailing is {row.status}"),
        _zone(person, now),
        _window(row, person, now),
        _due(found, now),
        _attempts(found),
        _provider(connection),
        _text(row, person),
    ]
    made = attempts.of(connection, found.id) if found else []
    return Explanation(found, _verdict(row, person, found, rules), rules, made)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _filter(connection: Connection, row: Row[Any], person: Row[Any]) -> Rule:
    conditions = audience.matching(connection, tags=row.filter_tags, operator_codes=row.filter_operator_codes)
    holds = connection.execute(select(client.c.id).where(client.c.id == person.id, *conditions)).one_or_none()
    wanted = " and ".join(_wanted(row)) or "everyone"
    return Rule("filter", holds is not None, f"the mailing goes to {wanted}")


def _wanted(row: Row[Any]) -> Iterator[str]:
    if row.filter_tags:
        yield f"any of the tags {', '.join(row.filter_tags)}"
    if row.filter_operator_codes:
        yield f"any of the operator codes {', '.join(row.filter_operator_codes)}"


def _audience(row: Row[Any], person: Row[Any], found: Row[Any] | None) -> Rule:
    if found:
        return Rule("audience", True, "is in the audience")
    if _is_still_open(row, person):
        return Rule("audience", False, "the audience is fixed when the mailing starts")
    return Rule("audience", False, "was not among the clients of the filter when the mailing started")


def _is_still_open(row: Row[Any], person: Row[Any]) -> bool:
    """Whether the client may yet get a message: the audience is not fixed, or not yet written down up to here."""
    return row.plan_until is None or row.plan_position < person.id <= row.plan_until


def _zone(person: Row[Any], now: datetime) -> Rule:
    local = now.astimezone(load_zone(person.timezone))
    return Rule("zone", True, f"in {person.timezone} it is {local:%H:%M on %Y-%m-%d}")


def _window(row: Row[Any], person: Row[Any], now: datetime) -> Rule:
    window = mailings.window_of(row)
    if window is None:
        return Rule("window", True, "any hour")
    hours = f"{window.start:%H:%M} to {window.end:%H:%M} of local time"
    after = max(now, row.starts_at)
    opening = next_opening(after, person.timezone, window, row.ends_at)
    if opening is None:
        return Rule("window", False, f"{hours}; does not open again before the mailing ends")
    if opening.due_at <= now:
        return Rule("window", True, f"{hours}; is open until {_shown(opening.closes_at)}")
    return Rule("window", False, f"{hours}; opens {_shown(opening.due_at)}")


def _due(found: Row[Any] | None, now: datetime) -> Rule:
    if found is None or found.due_at is None:
        return Rule("due", False, "no due time")
    return Rule("due", found.due_at <= now, f"due {_shown(found.due_at)}")


def _attempts(found: Row[Any] | None) -> Rule:
    used = found.attempts if found else 0
    return Rule("attempts", used < MAX_ATTEMPTS, f"{used} of {MAX_ATTEMPTS} used")


def _provider(connection: Connection) -> Rule:
    breaker, _ = health.state(connection)
    if breaker.probe_at is None:
        return Rule("provider", True, "the provider works")
    reason = breaker.reason or "it fails"
    return Rule("provider", False, f"the provider is left alone ({reason}) and tried next {_shown(breaker.probe_at)}")


def _text(row: Row[Any], person: Row[Any]) -> Rule:
    try:
        Template.parse(row.text).render(values_of(person))
    except MissingValue as error:
        return Rule("text", False, str(error))
    return Rule("text", True, "every placeholder has a value")


def _verdict(row: Row[Any], person: Row[Any], found: Row[Any] | None, rules: Sequence[Rule]) -> str:
    if found is None:
        return _absent(row, person, {rule.rule: rule for rule in rules})
    match found.status:
        case MessageStatus.SENT:
            return f"sent {_shown(found.sent_at)}"
        case MessageStatus.PENDING:
            against = [rule for rule in rules if not rule.holds and rule.rule != "filter"]
            return f"waits: {'; '.join(rule.detail for rule in against)}" if against else "goes out with the next tick"
        case MessageStatus.QUEUED | MessageStatus.SENDING:
            return f"is on its way: {found.status} since {_shown(found.since)}"
        case MessageStatus.UNKNOWN:
            return f"nobody knows whether it was sent: {found.last_error}"
        case status:
            return f"will not be sent: {status} {_shown(found.since)}, {found.last_error or 'no reason noted'}"


def _absent(row: Row[Any], person: Row[Any], rules: dict[str, Rule]) -> str:
    if not _is_still_open(row, person):
        return f"never: {rules['audience'].detail}"
    if row.status == MailingStatus.CANCELLED:
        return "never: the mailing was cancelled before it started"
    if not rules["filter"].holds:
        return f"not as things stand: {rules['filter'].detail}"
    return f"not yet: {rules['audience'].detail}, {_shown(row.starts_at)}"
