"""Time zones by their IANA names: today's name of each, and its rules from the `tzdata` package."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

_TZDB = Path(import_module("tzdata.zoneinfo").__path__[0])


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
