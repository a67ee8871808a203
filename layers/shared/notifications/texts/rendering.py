"""Messages that are fit to send: they have something visible, and are not too long."""

from collections.abc import Mapping

from notifications.contracts.errors import InvalidInput, UnsendableText
from notifications.contracts.problem_codes import ProblemCode
from notifications.contracts.reasons import Cause, Reason, cause
from notifications.texts.placeholders import MAX_TEXT_LENGTH, Template
from notifications.texts.sms import count_segments
from notifications.texts.visibility import has_visible


def render(template: Template, values: Mapping[str, str], *, max_segments: int) -> str:
    """Render a text for one client.

    Args:
        values: the client's values by name.
        max_segments: largest number of SMS segments.

    Raises:
        MissingValue: the client lacks a value.
        UnsendableText: the message is blank or too long.
    """
    text = template.render(values)
    require_sendable(text, max_segments=max_segments)
    return text


def require_sendable(text: str, *, max_segments: int) -> None:
    """Check a message whose placeholders are filled in.

    Raises:
        UnsendableText: it is blank or too long.
    """
    if why := _fault(text, max_segments):
        raise UnsendableText(why)


def require_sendable_template(text: str, *, max_segments: int) -> None:
    """Check that a text is not blank with its defaults, and not too long without its placeholders.

    Raises:
        InvalidInput: it is blank or too long for every client.
    """
    template = Template.parse(text)
    placeholders = template.placeholders
    if all(each.default is not None for each in placeholders) and not has_visible(template.render({})):
        raise InvalidInput("text", ProblemCode.TEXT_BLANK)
    segments = count_segments(template.own_words).count
    if segments > max_segments:
        raise InvalidInput("text", ProblemCode.TEXT_SEGMENTS, segments=segments, max_segments=max_segments)


def _fault(text: str, max_segments: int) -> Cause | None:
    if not has_visible(text):
        return cause(Reason.TEXT_BLANK)
    if len(text) > MAX_TEXT_LENGTH:
        return cause(Reason.TEXT_LENGTH, max_length=MAX_TEXT_LENGTH)
    segments = count_segments(text).count
    if segments > max_segments:
        return cause(Reason.TEXT_SEGMENTS, segments=segments, max_segments=max_segments)
    return None
