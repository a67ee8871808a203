"""What is known of a client: phone, operator code, time zone, tags. Each comes in as text and leaves in one form."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

MAX_TAG_LENGTH = 64

_PHONE = re.compile(r"7[0-9]{10}")
_OPERATOR_CODE = re.compile(r"[0-9]{3}")
_TAG_SEPARATORS = frozenset(";|")
_TZDB = Path(import_module("tzdata.zoneinfo").__path__[0])


def parse_phone(phone: str) -> str:
    """The phone itself: a 7 and ten digits; anything else is InvalidInput."""
    if not _PHONE.fullmatch(phone):
        raise InvalidInput("phone", ProblemCode.PHONE_FORMAT)
    return phone


def operator_code_of(phone: str) -> str:
    """The mobile operator's code in a phone: its digits 2 to 4."""
    return phone[1:4]


def parse_operator_code(code: str) -> str:
    """The code itself: three digits; anything else is InvalidInput."""
    if not _OPERATOR_CODE.fullmatch(code):
        raise InvalidInput("operator_code", ProblemCode.OPERATOR_CODE_FORMAT)
    return code


def parse_tag(tag: str) -> str:
    """A tag as it is stored: trimmed, in Unicode's composed form (NFC), with its case.

    It has 1 to 64 characters, all of them visible or a plain space. `;` and `|` are refused, because they
    separate the tags of a client in CSV.
    """
    name = unicodedata.normalize("NFC", tag.strip())
    if not 1 <= len(name) <= MAX_TAG_LENGTH:
        raise InvalidInput("tag", ProblemCode.TAG_LENGTH, max_length=MAX_TAG_LENGTH)
    if not name.isprintable() or _TAG_SEPARATORS & set(name):
        raise InvalidInput("tag", ProblemCode.TAG_CHARACTERS)
    return name


def tag_key(tag: str) -> str:
    """The tag without its case and outer spaces: tags with the same key are the same tag."""
    return unicodedata.normalize("NFC", tag.strip().casefold())


def canonical_timezone(name: str) -> str:
    """Today's name of a time zone.

    Old names become today's (`Europe/Kiev` gives `Europe/Kyiv`). A name that tzdb merged into another and that
    still is the usual one of its country stays itself (`Europe/Oslo`), so a later split finds its clients there.

    Args:
        name: an IANA name, in the spelling of tzdb. Anything else is InvalidInput.
    """
    try:
        return _zone_names()[name]
    except KeyError:
        raise InvalidInput("timezone", ProblemCode.TIMEZONE_UNKNOWN, timezone=shorten(name)) from None


@cache
def load_zone(name: str) -> ZoneInfo:
    """The rules of a time zone; an unknown name is InvalidInput.

    They come from the `tzdata` package alone. `ZoneInfo(name)` would prefer the machine's own copy, whose age
    nobody controls, and the same mailing would have other hours on another machine.
    """
    with (_TZDB / canonical_timezone(name)).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


# Old names whose heir tzdb has merged into a zone of another country. The links in tzdata.zi lead past the heir;
# tzdb's source names it in a comment (`#=` in the file `backward`), which the package leaves out.
_MERGED_HEIRS = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Virgin": "America/St_Thomas",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


@cache
def _zone_names() -> Mapping[str, str]:
    """Every name that is accepted, with today's.

    tzdata.zi has each zone (Z) and each link (L) of tzdb. Of the links, zone.tab lists those that are the usual
    name of a place; the others are old names. `UTC` is a link too, but nobody calls it otherwise. `Factory` is
    what tzdb calls a clock that nobody has set.
    """
    places = (line.split("\t") for line in (_TZDB / "zone.tab").read_text().splitlines() if line[0] != "#")
    usual = {"UTC"} | {place[2] for place in places}
    names = {}
    for line in (_TZDB / "tzdata.zi").read_text().splitlines():
        match line.split():
            case ["Z", name, *_]:
                names[name] = name
            case ["L", target, name]:
                names[name] = name if name in usual else target
    del names["Factory"]
    return names | _MERGED_HEIRS
