"""Names of invisible characters, which people cannot find in a refused text by themselves."""

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode


def require_visible(field: str, text: str) -> None:
    """Check that a text has visible characters and ordinary spaces only.

    Raises:
        InvalidInput: it has another character, which the error names by its code point, such as U+200B.
    """
    if hidden := next((character for character in text if not character.isprintable()), None):
        raise InvalidInput(field, ProblemCode.INVISIBLE_CHARACTER, code_point=f"U+{ord(hidden):04X}")
