"""Number of SMS parts of a text."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each takes two characters.
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")


def part_count(text: str) -> int:
    """Return the number of parts: 160 or, of several, 153 characters of GSM-7 each; else 70 or 67 of UCS-2."""
    if set(text) <= _GSM | _GSM_EXTENDED:
        length, single, multiple = len(text) + sum(each in _GSM_EXTENDED for each in text), 160, 153
    else:
        length, single, multiple = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else -(-length // multiple)
