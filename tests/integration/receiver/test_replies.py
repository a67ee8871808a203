"""Replies on a real PostgreSQL: words that opt people out or lift opt-outs, in any order, repeated and at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from notifications.clients.erasure import erased_phones
from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.contracts.observability import metrics
from notifications.messages.callbacks import queue_bodies
from notifications.messages.callbacks.reply import Reply
from receiver.receiving import receive_records
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.log import captured_log
from tests.support.functions.replies import reply_rules
from tests.support.sender.scenario import SenderScenario

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONE, OTHER = "79261234567", "79031234567"


@pytest.fixture(autouse=True)
def _emitted() -> Any:
    yield
    metrics.clear_metrics()


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute - 60)


def reply(words: str, minute: int = 0, *, phone: str = PHONE, call: str | None = None, position: int = 0) -> Reply:
    """Return a reply in a call that its words and its time name."""
    return Reply(
        provider="http",
        webhook_id=call or f"{words}-{minute}",
        position=position,
        phone=phone,
        text=words,
        at=at(minute),
    )


def receive(engine: Engine, *replies: Reply) -> None:
    bodies = queue_bodies.write_replies(replies, max_bytes=25_000)
    records = [{"messageId": f"r{number}", "body": body} for number, body in enumerate(bodies)]
    assert receive_records(engine, records, rules=reply_rules, now=NOW) == []


def opt_out(engine: Engine, minute: int, *, scope: OptOutScope = OptOutScope.ALL) -> None:
    """Record an opt-out as an operator does."""
    found = OptOut(phone=PHONE, scope=scope, source=OptOutSource.OPERATOR, reason="by telephone", at=at(minute))
    with engine.begin() as connection:
        opt_outs.record(connection, [found])


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def opted_out(engine: Engine) -> list[Any]:
    return rows(engine, "SELECT phone, scope, source FROM opt_out ORDER BY phone")


def effects(engine: Engine) -> list[Any]:
    return rows(engine, "SELECT text, effect FROM reply ORDER BY at, id")


def test_a_word_ends_messages_and_another_lifts_the_opt_out(engine: Engine) -> None:
    receive(engine, reply("hello", 1), reply("Stop.", 2))
    assert opted_out(engine) == [(PHONE, "all", "reply")]
    receive(engine, reply("start", 3))
    assert opted_out(engine) == []
    assert effects(engine) == [("hello", "nothing"), ("Stop.", "opt_out"), ("start", "lifted")]
    changes = rows(engine, "SELECT action, key, name FROM audit WHERE kind = 'opt_out' ORDER BY id")
    assert changes == [("create", PHONE, "reply"), ("delete", PHONE, "reply")]


def test_messages_that_wait_are_suppressed(engine: Engine) -> None:
    scenario = SenderScenario(engine, now=NOW)
    scenario.fill(2, status="pending")
    ((phone,), *_) = rows(engine, "SELECT phone FROM client ORDER BY id")
    receive(engine, reply("STOP", phone=phone))
    assert scenario.statuses() == {"pending": 1, "suppressed": 1}


def test_a_repeat_after_a_crash_suppresses_what_waits(engine: Engine) -> None:
    receive(engine, reply("STOP", phone="79260000000"))
    scenario = SenderScenario(engine, now=NOW)
    scenario.fill(1, status="pending")
    with engine.begin() as connection:
        connection.execute(text("UPDATE client SET phone = '79260000000'"))
    receive(engine, reply("STOP", phone="79260000000"))
    assert scenario.statuses() == {"suppressed": 1}


def test_a_repeat_does_not_restore_an_opt_out_that_was_lifted(engine: Engine) -> None:
    receive(engine, reply("STOP"))
    with engine.begin() as connection:
        opt_outs.lift(connection, PHONE)
    receive(engine, reply("STOP"))
    assert opted_out(engine) == []
    receive(engine, reply("STOP", 5))
    assert opted_out(engine) == [(PHONE, "all", "reply")]


def test_a_call_is_known_by_provider_id_and_place(engine: Engine) -> None:
    receive(engine, *(reply("hi", call="msg_1", position=place) for place in (0, 1, 1)), reply("hi", call="msg_2"))
    assert len(effects(engine)) == 3


@pytest.mark.parametrize(("minute", "left"), [(9, [(PHONE, "all", "operator")]), (10, []), (11, [])])
def test_a_word_to_go_on_lifts_any_opt_out_that_is_no_newer(engine: Engine, minute: int, left: list[Any]) -> None:
    opt_out(engine, 10)
    receive(engine, reply("START", minute))
    assert opted_out(engine) == left
    assert effects(engine) == [("START", "nothing" if left else "lifted")]


def test_a_word_to_end_widens_an_opt_out_from_marketing(engine: Engine) -> None:
    opt_out(engine, 1, scope=OptOutScope.MARKETING)
    receive(engine, reply("STOP", 2))
    assert opted_out(engine) == [(PHONE, "all", "reply")]
    receive(engine, reply("stop", 3))
    assert effects(engine) == [("STOP", "opt_out"), ("stop", "nothing")]


def test_of_two_words_at_the_same_time_the_end_of_messages_counts(engine: Engine) -> None:
    receive(engine, reply("STOP", 1), reply("START", 1))
    assert opted_out(engine) == [(PHONE, "all", "reply")]


def test_a_reply_of_an_erased_person_is_dropped(engine: Engine) -> None:
    with engine.begin() as connection:
        erased_phones.remember(connection, phone_hash(ERASURE_KEY, PHONE), at=NOW)
    receive(engine, reply("STOP", 1), reply("START", 2), reply("hi", 3, phone=OTHER))
    assert rows(engine, "SELECT phone FROM reply") == [(OTHER,)]
    assert opted_out(engine) == []


def test_the_log_has_neither_phones_nor_texts(engine: Engine) -> None:
    with captured_log() as log:
        receive(engine, reply("STOP", call="msg_1"), reply("my secret", call="msg_2"))
    assert "replies applied" in log.getvalue()
    assert not [each for each in (PHONE, "secret", "STOP") if each in log.getvalue()]


def test_replies_are_counted(engine: Engine) -> None:
    receive(engine, reply("STOP"), reply("STOP"), reply("hello"))
    counted: dict[str, Any] = dict(metrics.serialize_metric_set())
    assert (counted["RepliesReceived"], counted["OptOutsByReply"]) == ([2.0], [1.0])


class Word(NamedTuple):
    """A keyword of a phone at a minute."""

    phone: str
    text: str
    minute: int


def ends(words: Sequence[Word], operator: int | None) -> set[str]:
    """Return the phones that have opted out in the end, by a definition of its own."""
    left = set()
    for phone in (PHONE, OTHER):
        own = sorted((each.minute, each.text == "STOP") for each in words if each.phone == phone)
        opted = operator if phone == PHONE else None
        if (own and own[-1][1]) or (opted is not None and (not own or opted > own[-1][0])):
            left.add(phone)
    return left


WORDS = st.lists(
    st.builds(Word, st.sampled_from([PHONE, OTHER]), st.sampled_from(["STOP", "START"]), st.integers(1, 6)),
    min_size=1,
    max_size=6,
    unique=True,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, operator=st.none() | st.integers(0, 7), data=st.data())
def test_any_order_and_any_repeats_have_the_same_end(
    engine: Engine, words: list[Word], operator: int | None, data: st.DataObject
) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE reply, opt_out, audit"))
    if operator is not None:
        opt_out(engine, operator)
    repeated = data.draw(st.lists(st.sampled_from(words), max_size=4))
    order = data.draw(st.permutations([*words, *repeated]))
    while order:
        size = data.draw(st.integers(1, len(order)))
        receive(engine, *(reply(each.text, each.minute, phone=each.phone, call=f"{each}") for each in order[:size]))
        order = order[size:]
    assert {phone for phone, *_ in opted_out(engine)} == ends(words, operator)
    assert {scope for _, scope, _ in opted_out(engine)} <= {"all"}
    assert rows(engine, "SELECT count(*) FROM reply") == [(len(words),)]


def test_receivers_at_once_miss_no_word(engine: Engine) -> None:
    barrier = Barrier(4)
    given = [
        reply(words, minute, phone=f"7926000{number:04}", call=f"{number}-{words}")
        for number in range(30)
        for words, minute in (("STOP", 1), ("START", 2))
    ]

    def receiving(start: int) -> None:
        own = create_engine(engine.url)
        barrier.wait()
        for one in given[start::4]:
            receive(own, one)
        own.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(receiving, range(4)))
    assert opted_out(engine) == []
    assert rows(engine, "SELECT count(*) FROM reply") == [(60,)]
