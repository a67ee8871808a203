"""SMS segments of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.contracts.enumerations import SmsEncoding

# GSM 03.38 (3GPP TS 23.038, section 6.2.1): the basic set costs one septet a character, the extension table two.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _GSM_BASIC | _GSM_EXTENSION


@dataclass(frozen=True, slots=True)
class Segments:
    """SMS segments of a text.

    Attributes:
        encoding: GSM-7 if GSM 03.38 has every character, otherwise UCS-2.
        units: the text's length: septets of GSM-7, or 16-bit units of UCS-2.
        count: number of segments that are sent and billed.
    """

    encoding: SmsEncoding
    units: int
    count: int


def count_segments(text: str) -> Segments:
    """Count a text's SMS segments.

    A single segment holds 160 septets or 70 units. Each of several has a header, and holds 153 or 67. A character of
    two septets or units is never split.
    """
    if _GSM.issuperset(text):
        costs = [2 if character in _GSM_EXTENSION else 1 for character in text]
        return Segments(SmsEncoding.GSM_7, sum(costs), _count(costs, single=160, joined=153))
    costs = [2 if character > "\uffff" else 1 for character in text]
    return Segments(SmsEncoding.UCS_2, sum(costs), _count(costs, single=70, joined=67))


def _count(costs: Sequence[int], *, single: int, joined: int) -> int:
    if sum(costs) <= single:
        return 1
    count, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            count, used = count + 1, 0
        used += cost
    return count
