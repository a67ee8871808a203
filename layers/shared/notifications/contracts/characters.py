"""Names of invisible characters, which people cannot find in a refused text by themselves."""

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode

# Letters and a symbol that are drawn as nothing: the Hangul fillers, and the Braille pattern without dots.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def require_visible(field: str, text: str) -> None:
    """Check that a text has visible characters and ordinary spaces only.

    Raises:
        InvalidInput: it has another character, which the error names by its code point, such as U+200B.
    """
    if hidden := next((each for each in text if each in BLANKS or not each.isprintable()), None):
        raise InvalidInput(field, ProblemCode.INVISIBLE_CHARACTER, code_point=f"U+{ord(hidden):04X}")
