"""Errors are counted by kind: without digits and ids, a hundred kinds a mailing, and the others together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched, product
from string import ascii_lowercase

import pytest
from sqlalchemy import Engine, create_engine, text

from notifications import message_state
from notifications.contracts.enumerations import OutcomeStatus, RetriedStatus
from notifications.contracts.reasons import Cause, Reason, cause
from notifications.message_state import Outcome
from notifications.statistics.mailing_statistics import ErrorCount, top_errors
from notifications.statistics.reconciliation import reconcile
from tests.support.database.reasons import codes
from tests.support.mailings.scenario import NOW

MESSAGES = 10_000
type Answer = Callable[[int], Cause]

WORDS = ["".join(letters) for letters in product(ascii_lowercase, repeat=3)]


def rejected(words: str) -> Cause:
    return cause(Reason.PROVIDER_REJECTED, words=words)


def claimed(engine: Engine) -> Sequence[int]:
    """Create a mailing with messages that senders have claimed, and return their ids."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO mailing (text, starts_at, ends_at, status, plan_until, planned_at)
                VALUES ('Hello', :now, :now + interval '2 d', 'running', 0, :now)
            """),
            {"now": NOW},
        )
        connection.execute(text("INSERT INTO mailing_count VALUES (1, 'sending', 0, :n)"), {"n": MESSAGES})
        rows = connection.execute(
            text("""
                INSERT INTO message (mailing_id, client_id, status, schedule_version, claim, lease_until, since, due_at)
                SELECT 1, n, 'sending', 1, 1, :now, :now, :now FROM generate_series(1, CAST(:n AS int)) AS n
                RETURNING id
            """),
            {"now": NOW, "n": MESSAGES},
        )
        return rows.scalars().all()


def fail(engine: Engine, ids: Sequence[int], answer: Answer) -> None:
    """Record a failure of each message, a batch at a time."""
    for batch in batched(ids, 1_000, strict=False):
        outcomes = []
        for each in batch:
            why = answer(each)
            outcomes.append(
                Outcome(
                    id=each,
                    claim=1,
                    status=OutcomeStatus.FAILED,
                    error=why.text,
                    error_code=why.code,
                    error_params=why.params,
                )
            )
        with engine.begin() as connection:
            message_state.record_outcomes(connection, outcomes, now=NOW)


def errors(engine: Engine, at_most: int = 200) -> Sequence[ErrorCount]:
    with engine.connect() as connection:
        return top_errors(connection, [1], at_most=at_most)


def assert_reconciled(engine: Engine) -> None:
    with engine.connect() as connection:
        assert reconcile(connection, [1]).differences == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            lambda n: rejected(f'HTTP 400: {{"code": {n}, "id": "5f3e{n}-ab", "text": "no such number"}}'),
            'HTTP 400: {"code": …, "id": "…", "text": "no such number"}',
        ),
        (lambda n: rejected(f"HTTP 503: busy, see /log/{n}/a+b{n}=="), "HTTP 503: busy, see /…"),
        (
            lambda n: cause(
                Reason.GIVEN_UP, reason=cause(Reason.HELD, reason=rejected(f"id {n}").as_param()).as_param()
            ),
            "an operator gave up on the message: id …; the provider may have accepted the message",
        ),
        (lambda n: cause(Reason.SENDER_FAILED, error=f"KeyError {n}"), "unexpected error in the sender: KeyError …"),
        (lambda _: cause(Reason.PROVIDER_TIMEOUT, seconds=10.0), "the provider did not answer within 10 s"),
    ],
)
def test_ten_thousand_different_answers_are_one_kind(engine: Engine, answer: Answer, error: str) -> None:
    ids = claimed(engine)
    fail(engine, ids, answer)
    (found,) = errors(engine)
    assert (found.error, found.count, found.code) == (error, MESSAGES, answer(1).code)
    codes(engine)
    assert_reconciled(engine)


def test_kinds_after_the_hundredth_are_counted_together(engine: Engine) -> None:
    ids = claimed(engine)
    fail(engine, ids, lambda n: rejected(f"HTTP 400: {WORDS[n]}"))
    found = errors(engine)
    assert len(found) == 101
    assert (found[0].error, found[0].code, found[0].count) == ("other reasons", "other", MESSAGES - 100)
    assert {each.count for each in found[1:]} == {1}
    assert_reconciled(engine)
    with engine.begin() as connection:
        message_state.retry(connection, 1, [RetriedStatus.FAILED], ids[::2], now=NOW)
        connection.execute(
            text("UPDATE message SET last_error = NULL, last_error_code = NULL WHERE status = 'pending'")
        )
    assert errors(engine)[0].count == MESSAGES // 2 - 50
    assert_reconciled(engine)


def test_senders_that_bring_new_kinds_together_keep_the_limit(engine: Engine) -> None:
    ids = claimed(engine)[:2_000]

    def send(part: Sequence[int]) -> None:
        own = create_engine(engine.url)
        for batch in batched(part, 10, strict=False):
            fail(own, batch, lambda n: rejected(f"HTTP 400: {WORDS[n % 150]}"))
        own.dispose()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(send, ids[first::4]) for first in range(4)]:
            done.result()
    assert len(errors(engine)) == 101
    assert_reconciled(engine)


def test_an_error_that_was_counted_by_its_text_stays_so(engine: Engine) -> None:
    """Rows that were counted before kinds existed are subtracted from where they were added."""
    ids = claimed(engine)
    old = "HTTP 400: message 1"
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO mailing_error VALUES (1, :error, 0, 0)"), {"error": old})
    fail(engine, ids, lambda n: rejected(f"HTTP 400: message {n}"))
    assert {(each.error, each.count) for each in errors(engine)} == {(old, 1), ("HTTP 400: message …", MESSAGES - 1)}
    assert_reconciled(engine)
