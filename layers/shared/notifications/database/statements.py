"""Load long statements from `.sql` files, each with a header that says what the statement does."""

from pathlib import Path

from sqlalchemy import TextClause, text


def load(file: Path, **parts: str) -> TextClause:
    """Return the statement of a file, without its comments.

    Args:
        file: lies in the package of the module that runs the statement.
        parts: SQL, made of constants, that replaces `{name}` in the statement.
    """
    lines = file.read_text("utf-8").splitlines()
    statement = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    return text(statement.format(**parts))
