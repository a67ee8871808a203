"""Build assignments of a message's last error for a transition: text, code and parameters change together."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from notifications.contracts.reasons import PHRASES, Cause, Reason, cause, without_words
from notifications.database.tables import message
from notifications.message_state.transition import IN_DOUBT


def held(why: Cause) -> Cause:
    """Return the cause of a message that is not called again though the provider may have accepted it.

    Args:
        why: the reason that ended it.
    """
    return cause(Reason.HELD, reason=why.as_param())


def error_if(*cases: tuple[str, Reason | None], in_doubt: str = IN_DOUBT) -> str:
    """Return the assignments of the first case whose condition holds; without one, the last error is kept.

    The error of a message in doubt also says that the provider may have accepted it.

    Args:
        cases: conditions on `m`, the message, and `p`, the picked row, each with a reason that has no parameters, or
            with None to clear the error.
        in_doubt: condition that the provider may have accepted the message.
    """
    whens = [when for condition, reason in cases for when in _whens(condition, reason, in_doubt)]
    return ", ".join(
        f"{column} = CASE {' '.join(f'WHEN {when} THEN {values[n]}' for when, values in whens)} ELSE m.{column} END"
        for n, column in enumerate(("last_error", "last_error_code", "last_error_params"))
    )


def _whens(condition: str, reason: Reason | None, in_doubt: str) -> list[tuple[str, list[str]]]:
    if reason is None:
        return [(condition, ["NULL"] * 3)]
    why = Cause(reason, None, PHRASES[reason])
    return [(f"({condition}) AND {in_doubt}", _literals(held(why))), (condition, _literals(why))]


def error_values(reason: Reason, *, in_doubt: str = IN_DOUBT) -> tuple[str, str, str]:
    """Return the SQL of text, code and parameters of a reason that has no parameters; `in_doubt` as in `error_if`."""
    why = Cause(reason, None, PHRASES[reason])
    text, code, params = (
        f"CASE WHEN {in_doubt} THEN {doubtful} ELSE {plain} END"
        for doubtful, plain in zip(_literals(held(why)), _literals(why), strict=True)
    )
    return text, code, params


def _literals(why: Cause) -> list[str]:
    params = None if why.params is None else json.dumps(why.params)
    return [_literal(why.text), _literal(why.code), "NULL" if params is None else f"CAST({_literal(params)} AS jsonb)"]


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


# The triggers move the counts of errors of the mailings.
_REPLACE = text("""
    UPDATE message AS m SET last_error = new.error, last_error_code = new.code, last_error_params = new.params
    FROM jsonb_to_recordset(CAST(:errors AS jsonb)) AS new (id bigint, error text, code text, params jsonb)
    WHERE m.id = new.id
""")


def erase_words(connection: Connection, ids: Sequence[int]) -> None:
    """Replace text from outside, such as the provider's words, in the last errors of messages."""
    columns = [message.c.id, message.c.last_error, message.c.last_error_code, message.c.last_error_params]
    rows = connection.execute(select(*columns).where(message.c.id.in_(ids), message.c.last_error.is_not(None)))
    errors = []
    for row in rows:
        why = without_words(row.last_error_code, row.last_error_params)
        if why.text != row.last_error:
            errors.append({"id": row.id, "error": why.text, "code": why.code, "params": why.params})
    connection.execute(_REPLACE, {"errors": json.dumps(errors)})
