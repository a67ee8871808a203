"""Build assignments of a message's last error for a transition: text, code and parameters change together."""

from notifications.contracts.reasons import PHRASES, Reason


def error_if(*cases: tuple[str, Reason | None]) -> str:
    """Return the assignments of the first case whose condition holds; without one, the last error is kept.

    Args:
        cases: conditions on `m`, the message, and `p`, the picked row, each with a reason that has no parameters, or
            with None to clear the error.
    """
    return f"""
        last_error = CASE {_whens(cases, {reason: _literal(PHRASES[reason]) for _, reason in cases if reason})}
            ELSE m.last_error END,
        last_error_code = CASE {_whens(cases, {reason: _literal(reason) for _, reason in cases if reason})}
            ELSE m.last_error_code END,
        last_error_params = CASE {_whens(cases, {})} ELSE m.last_error_params END
    """


def _whens(cases: tuple[tuple[str, Reason | None], ...], values: dict[Reason | None, str]) -> str:
    return " ".join(f"WHEN {condition} THEN {values.get(reason, 'NULL')}" for condition, reason in cases)


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
