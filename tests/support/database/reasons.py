"""Checks stored errors: each text is its code's phrase with its parameters."""

import re
from typing import Any

from sqlalchemy import Engine, Row, select

from notifications.contracts.phrases import fill, placeholders
from notifications.contracts.reasons import PHRASES, WORDS, Reason
from notifications.database.tables import mailing_error, message

ANYTHING = "<anything>"


def codes(engine: Engine) -> set[str | None]:
    """Return the codes of the messages' errors. Assert that each text matches its code."""
    with engine.connect() as connection:
        texts = select(message.c.last_error, message.c.last_error_code, message.c.last_error_params)
        counted = select(mailing_error.c.error, mailing_error.c.code, mailing_error.c.params)
        rows = connection.execute(texts.distinct()).all()
        for row in [*rows, *connection.execute(counted.where(mailing_error.c.n != 0).distinct())]:
            assert _agrees(row), row
    return {code for _, code, _ in rows}


def _agrees(row: Row[Any]) -> bool:
    text, code, params = tuple(row)
    if text is None or code is None:
        return bool((text, code, params) == (None, None, None))
    phrase = PHRASES[Reason(code)]
    words = {WORDS: ANYTHING} if WORDS in placeholders(phrase) else {}
    pattern = re.escape(fill(phrase, {**(params or {}), **words})).replace(re.escape(ANYTHING), ".*")
    return re.fullmatch(pattern, text, re.DOTALL) is not None
