"""SMS segments: how many a text takes, by the alphabet that it needs."""

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
    """What a text takes as SMS.

    Attributes:
        encoding: GSM-7 if the alphabet of GSM 03.38 has every character, else UCS-2.
        characters: the length in units of the encoding: septets of GSM-7, 16-bit units of UCS-2.
        count: how many segments are sent and paid for.
    """

    encoding: SmsEncoding
    characters: int
    count: int


def segments(text: str) -> Segments:
    """Count a text's SMS segments.

    One segment holds 160 septets or 70 units. Of a longer text each holds 153 or 67, the rest being a header; a
    character of two septets or units is never split.
    """
    if _GSM.issuperset(text):
        costs = [2 if character in _GSM_EXTENSION else 1 for character in text]
        return Segments(SmsEncoding.GSM_7, sum(costs), _count(costs, alone=160, joined=153))
    costs = [2 if character > "\uffff" else 1 for character in text]
    return Segments(SmsEncoding.UCS_2, sum(costs), _count(costs, alone=70, joined=67))


def _count(costs: Sequence[int], *, alone: int, joined: int) -> int:
    if sum(costs) <= alone:
        return 1
    count, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            count, used = count + 1, 0
        used += cost
    return count
