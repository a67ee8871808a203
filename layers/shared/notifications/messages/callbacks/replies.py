"""Replies of people: stored in batches, each once, and obeyed if they ask for an end of messages or for messages again.

Only the newest word of a phone, by the provider's time, has an effect, and only when it is stored. So the end is the
same in whatever order replies come, and however often (docs/decisions/0070-replies.md).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from notifications import message_state
from notifications.clients.erasure import erased_phones
from notifications.clients.opt_outs import commands
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.commands import Recorder
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource, ReplyEffect, ReplyKeyword
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger
from notifications.events.audit import Author
from notifications.messages.callbacks import confirmations, stored_replies
from notifications.messages.callbacks.keywords import Keywords
from notifications.messages.callbacks.reply import Reply
from notifications.messages.callbacks.stored_replies import Word

AUTHOR = Author(actor="reply", name="reply", role="", request_id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules of replies.

    Attributes:
        keywords: the words that have an effect.
        erasure_key: returns the key of the hashes of erased phones, whose replies are dropped.
        confirmation: text that confirms an opt-out by reply; empty for no confirmation.
    """

    keywords: Keywords
    erasure_key: Callable[[], bytes]
    confirmation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """New words that have an effect, and phones whose word to end messages was stored before."""

    stops: Sequence[Word]
    starts: Sequence[Word]
    repeated: Sequence[str]


def receive(engine: Engine, replies: Sequence[Reply], rules: Rules, *, now: datetime) -> None:
    """Store replies in one transaction with the opt-outs that follow, and then suppress messages that wait."""
    with engine.connect() as connection:
        stored_replies.lock(connection)
        kept = _of_known(connection, replies, rules)
        new = stored_replies.insert(connection, kept, rules.keywords, now=now)
        decided = _decide(connection, kept, new)
        lifted = _lift(connection, decided.starts, now=now)
        opted_out = _opted_out(connection, decided.stops)
        stored_replies.save_effects(
            connection,
            {
                ReplyEffect.LIFTED: [each.id for each in decided.starts if each.phone in lifted],
                ReplyEffect.OPT_OUT: [each.id for each in opted_out],
            },
        )
        if rules.confirmation:
            confirmations.create(connection, [each.id for each in opted_out], text=rules.confirmation, now=now)
        _record(connection, opted_out, rules, now=now)
        connection.commit()
        # The receiver may have died between the opt-outs and this.
        message_state.suppress(connection, decided.repeated, now=now)
        connection.commit()
    _log(replies, new, opted_out, lifted)


def _of_known(connection: Connection, replies: Sequence[Reply], rules: Rules) -> Sequence[Reply]:
    """Return the replies without those of erased people."""
    erased = erased_phones.erased(connection, rules.erasure_key(), {each.phone for each in replies})
    return [each for each in replies if each.phone not in erased]


def _decide(connection: Connection, replies: Sequence[Reply], new: set[int]) -> _Decided:
    words = stored_replies.newest_words(connection, sorted({each.phone for each in replies}))
    stops = [each for each in words if each.keyword is ReplyKeyword.STOP]
    return _Decided(
        stops=[each for each in stops if each.id in new],
        starts=[each for each in words if each.keyword is ReplyKeyword.START and each.id in new],
        repeated=[each.phone for each in stops if each.id not in new],
    )


def _lift(connection: Connection, starts: Sequence[Word], *, now: datetime) -> set[str]:
    """Lift the opt-outs that are no newer than a word to go on, and return their phones."""
    given = {each.phone: each.at for each in starts}
    return {each.phone for each in commands.lift_older(connection, given, author=AUTHOR, now=now)}


def _opted_out(connection: Connection, stops: Sequence[Word]) -> Sequence[Word]:
    """Return the words of people who have not opted out of all messages yet."""
    stored = opt_outs.find_all(connection, [each.phone for each in stops])
    return [each for each in stops if each.phone not in stored or stored[each.phone].scope is not OptOutScope.ALL]


def _record(connection: Connection, stops: Sequence[Word], rules: Rules, *, now: datetime) -> None:
    """Record opt-outs in the open transaction, which is committed before messages are suppressed in another one."""

    @contextmanager
    def committing() -> Iterator[Connection]:
        yield connection
        connection.commit()

    recorder = Recorder(
        recording=committing, suppressing=committing, erasure_key=rules.erasure_key, author=AUTHOR, now=now
    )
    recorder.record(
        [
            OptOut(phone=each.phone, scope=OptOutScope.ALL, source=OptOutSource.REPLY, reason=None, at=each.at)
            for each in stops
        ]
    )


def _log(replies: Sequence[Reply], new: set[int], opted_out: Sequence[Word], lifted: set[str]) -> None:
    add_metric(Metric.REPLIES_RECEIVED, len(new))
    add_metric(Metric.OPT_OUTS_BY_REPLY, len(opted_out))
    logger.info(
        "replies applied",
        extra={
            "webhook_ids": sorted({each.webhook_id for each in replies}),
            "reply_ids": sorted(new),
            "opt_outs": len(opted_out),
            "lifted": len(lifted),
        },
    )
