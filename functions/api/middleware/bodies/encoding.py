"""Decodes bodies, which must be UTF-8, and names the line at fault.

The gateway passes a body of text on as text, after it has put U+FFFD in place of bytes that are not UTF-8. So a body
that has U+FFFD was not UTF-8, or was damaged before, and its text is lost.
"""

import base64
import re

from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from notifications.texts.beginnings import REPLACEMENT, require_text

# Escapes of it in JSON, after an even number of backslashes.
_ESCAPED_REPLACEMENT = re.compile(r"(?<!\\)(?:\\\\)*\\u[fF]{3}[dD]")
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_bytes(body: str, *, is_base64: bool) -> bytes:
    """Return the bytes of a body as it came, before the gateway made text or base64 of them.

    Raises:
        InvalidInput: the body is not base64.
    """
    try:
        return base64.b64decode(body, validate=True) if is_base64 else body.encode(errors="surrogatepass")
    except ValueError:
        raise InvalidInput("body", ProblemCode.BODY_NOT_BASE64) from None


def decode(data: bytes) -> str:
    """Return the text of a body in UTF-8, without its byte order mark.

    Raises:
        InvalidInput: the body is not UTF-8, or is a workbook.
    """
    text = data.decode("utf-8-sig", "replace")
    require_text(text)
    if (place := text.find(REPLACEMENT)) >= 0:
        raise _not_utf8(text, place)
    return text


def require_no_escaped_replacement(json: str) -> None:
    """Raise InvalidInput if a text in JSON has an escaped U+FFFD, which some programs write in place of such bytes."""
    if found := _ESCAPED_REPLACEMENT.search(json):
        raise _not_utf8(json, found.start())


def _not_utf8(text: str, place: int) -> InvalidInput:
    line = 1 + len(_LINE_END.findall(text, 0, place))
    return InvalidInput("body", ProblemCode.BODY_NOT_UTF8, line=line)
