"""Explanation of a message's state: each rule for one client of a mailing, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from notifications.clients import repository as clients
from notifications.clients.attributes.values import placeholder_values
from notifications.clients.audience import filters
from notifications.clients.client import Client
from notifications.clients.opt_outs import rules as opt_out_rules
from notifications.contracts.enumerations import MailingStatus, Resolution
from notifications.contracts.errors import InvalidInput, MissingValue, UnsendableText
from notifications.contracts.explanation_codes import (
    FactCode,
    Rule,
    RuleName,
    Verdict,
    VerdictCode,
    rule_of,
    verdict_of,
)
from notifications.contracts.phrases import rfc3339
from notifications.database.tables import client
from notifications.mailings import repository as mailings
from notifications.mailings import retry_jobs
from notifications.mailings.mailing import Mailing
from notifications.mailings.verdicts import refusing_rule, verdict_of_message
from notifications.message_state import MAX_ATTEMPTS
from notifications.messages import attempts, client_history, history
from notifications.messages.admission.provider_rule import provider_rule
from notifications.messages.attempts import Attempt
from notifications.messages.delivery_facts import delivery_rule
from notifications.messages.history import Message
from notifications.providers.catalog import Catalog
from notifications.schedules.send_windows import next_opening
from notifications.schedules.time_zones import load_zone
from notifications.texts import rendering
from notifications.texts.placeholders import Template


@dataclass(frozen=True, slots=True)
class Explanation:
    """Explanation of one client's message.

    Attributes:
        message: None if the client has none.
        attempts: the stored attempts, the oldest first.
    """

    message: Message | None
    verdict: Verdict
    rules: Sequence[Rule]
    attempts: Sequence[Attempt]


def explain(
    connection: Connection,
    mailing_id: int,
    phone: str,
    *,
    catalog: Catalog,
    now: datetime,
    max_segments: int,
    requires_consent: bool,
) -> Explanation:
    """Explain a mailing's message to the client with a phone.

    Args:
        catalog: the configured providers.
        max_segments: largest number of SMS segments of a message.
        requires_consent: marketing needs the consent of the client.

    Raises:
        NotFound: there is no such mailing or client.
    """
    row = mailings.get(connection, mailing_id)
    person = clients.get(connection, phone)
    found = history.of_client(connection, mailing_id, client_history.client_ids(connection, phone))
    rules = [
        _filter(connection, row, person),
        opt_out_rules.opt_out_rule(connection, person, row.category),
        opt_out_rules.consent_rule(person, row.category, requires_consent=requires_consent),
        _audience(row, person, found),
        rule_of(RuleName.START, now >= row.starts_at, FactCode.STARTS, starts_at=rfc3339(row.starts_at)),
        rule_of(RuleName.END, now < row.ends_at, FactCode.ENDS, ends_at=rfc3339(row.ends_at)),
        rule_of(RuleName.MAILING, row.status == MailingStatus.RUNNING, FactCode.MAILING_STATUS, status=row.status),
        _zone(person, now),
        _window(row, person, now),
        _due(found, now),
        _attempts(found),
        provider_rule(connection, [spec.name for spec in catalog.specs], now=now),
        _text(row, person, max_segments),
        _job(connection, found),
        delivery_rule(connection, found),
    ]
    made = attempts.of_message(connection, found.id) if found else []
    verdict = verdict_of_message(found, rules) if found else _absent(row, person, rules)
    return Explanation(found, verdict, rules, made)


def _filter(connection: Connection, row: Mailing, person: Client) -> Rule:
    tags, operator_codes = row.filter_tags, row.filter_operator_codes
    conditions = filters.conditions(connection, tags=tags, operator_codes=operator_codes)
    found = connection.execute(select(client.c.id).where(client.c.id == person.id, *conditions)).one_or_none()
    holds = found is not None
    if tags and operator_codes:
        both = FactCode.FILTER_TAGS_AND_OPERATOR_CODES
        return rule_of(RuleName.FILTER, holds, both, tags=tags, operator_codes=operator_codes)
    if tags:
        return rule_of(RuleName.FILTER, holds, FactCode.FILTER_TAGS, tags=tags)
    if operator_codes:
        return rule_of(RuleName.FILTER, holds, FactCode.FILTER_OPERATOR_CODES, operator_codes=operator_codes)
    return rule_of(RuleName.FILTER, holds, FactCode.FILTER_EVERYONE)


def _audience(row: Mailing, person: Client, found: Message | None) -> Rule:
    if found:
        return rule_of(RuleName.AUDIENCE, True, FactCode.IN_AUDIENCE)
    if row.messages_removed_at is not None:
        removed_at = rfc3339(row.messages_removed_at)
        return rule_of(RuleName.AUDIENCE, False, FactCode.MESSAGES_REMOVED, removed_at=removed_at)
    if _may_be_planned(row, person):
        return rule_of(RuleName.AUDIENCE, False, FactCode.AUDIENCE_NOT_FIXED)
    return rule_of(RuleName.AUDIENCE, False, FactCode.NOT_IN_AUDIENCE)


def _may_be_planned(row: Mailing, person: Client) -> bool:
    """Return True if the audience is not fixed, or planning has not reached this client."""
    return row.plan_until is None or row.plan_position < person.id <= row.plan_until


def _zone(person: Client, now: datetime) -> Rule:
    local = now.astimezone(load_zone(person.timezone)).isoformat(timespec="seconds")
    return rule_of(RuleName.ZONE, True, FactCode.LOCAL_TIME, timezone=person.timezone, local_time=local)


def _window(row: Mailing, person: Client, now: datetime) -> Rule:
    window = row.send_window
    if window is None:
        return rule_of(RuleName.WINDOW, True, FactCode.ANY_HOUR)
    start, end = f"{window.start:%H:%M}", f"{window.end:%H:%M}"
    opening = next_opening(max(now, row.starts_at), person.timezone, window, row.ends_at)
    if opening is None:
        return rule_of(RuleName.WINDOW, False, FactCode.WINDOW_NEVER_OPENS, start=start, end=end)
    if opening.due_at <= now:
        closes_at = rfc3339(opening.closes_at)
        return rule_of(RuleName.WINDOW, True, FactCode.WINDOW_OPEN, start=start, end=end, closes_at=closes_at)
    opens_at = rfc3339(opening.due_at)
    return rule_of(RuleName.WINDOW, False, FactCode.WINDOW_OPENS, start=start, end=end, opens_at=opens_at)


def _due(found: Message | None, now: datetime) -> Rule:
    if found is None or found.due_at is None:
        return rule_of(RuleName.DUE, False, FactCode.NOT_DUE)
    return rule_of(RuleName.DUE, found.due_at <= now, FactCode.DUE, due_at=rfc3339(found.due_at))


def _attempts(found: Message | None) -> Rule:
    used = found.attempts if found else 0
    return rule_of(RuleName.ATTEMPTS, used < MAX_ATTEMPTS, FactCode.ATTEMPTS, used=used, limit=MAX_ATTEMPTS)


def _text(row: Mailing, person: Client, max_segments: int) -> Rule:
    values = placeholder_values(person.phone, person.operator_code, person.attributes)
    try:
        rendering.render(Template.parse(row.text), values, max_segments=max_segments)
    except MissingValue as error:
        return rule_of(RuleName.TEXT, False, FactCode.VALUE_MISSING, name=error.name)
    except UnsendableText as error:
        return rule_of(RuleName.TEXT, False, FactCode.TEXT_UNSENDABLE, reason=error.cause.as_param())
    except InvalidInput:
        return rule_of(RuleName.TEXT, False, FactCode.TEXT_NOT_VALID)
    return rule_of(RuleName.TEXT, True, FactCode.TEXT_FILLED)


def _job(connection: Connection, found: Message | None) -> Rule:
    job = found and retry_jobs.job_of_message(connection, found)
    if not job:
        return rule_of(RuleName.JOB, True, FactCode.NO_JOB)
    sends = job.params.get("verdict") != Resolution.GIVE_UP
    return rule_of(RuleName.JOB, False, FactCode.JOB_TO_SEND if sends else FactCode.JOB_TO_GIVE_UP, job_id=job.id)


def _absent(row: Mailing, person: Client, rules: Sequence[Rule]) -> Verdict:
    if row.messages_removed_at is not None:
        return verdict_of(VerdictCode.MESSAGES_REMOVED, removed_at=rfc3339(row.messages_removed_at))
    if not _may_be_planned(row, person):
        return verdict_of(VerdictCode.NOT_IN_AUDIENCE)
    if row.status == MailingStatus.CANCELLED:
        return verdict_of(VerdictCode.CANCELLED_BEFORE_START)
    not_selected = next((rule for rule in rules if rule.rule is RuleName.FILTER and not rule.holds), None)
    if against := not_selected or refusing_rule(rules):
        return verdict_of(VerdictCode.NOT_SELECTED, reason=against.as_param())
    if row.status == MailingStatus.DRAFT:
        return verdict_of(VerdictCode.NOT_LAUNCHED)
    return verdict_of(VerdictCode.NOT_STARTED, starts_at=rfc3339(row.starts_at))
