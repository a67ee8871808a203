"""Time zones: current IANA names, and rules from the `tzdata` package."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from notifications.contracts.characters import require_visible
from notifications.contracts.errors import InvalidInput
from notifications.contracts.phrases import shorten
from notifications.contracts.problem_codes import ProblemCode

_TZDB = Path(import_module("tzdata.zoneinfo").__path__[0])


def canonical_timezone(name: str) -> str:
    """Return the current name of a time zone.

    Old names are replaced (`Europe/Kiev` by `Europe/Kyiv`). Names that tzdb merged into another zone, but lists as
    their country's, are kept (`Europe/Oslo`), so that clients are right if tzdb splits the zones again.

    Raises:
        InvalidInput: tzdb has no such name in this spelling.
    """
    try:
        return _zone_names()[name]
    except KeyError:
        require_visible("timezone", name)
        raise InvalidInput("timezone", ProblemCode.TIMEZONE_UNKNOWN, timezone=shorten(name)) from None


@cache
def load_zone(name: str) -> ZoneInfo:
    """Load the rules of a time zone.

    Raises:
        InvalidInput: the name is unknown.
    """
    # Not by `ZoneInfo(name)`, which prefers the machine's copy of tzdb: its version differs between machines.
    with (_TZDB / canonical_timezone(name)).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


# Current names of old names whose zone tzdb merged into another country's. Links in tzdata.zi lead to that country's
# zone. tzdb's source has the current name in a comment (`#=` in the file `backward`), which the package lacks.
_RENAMED_AND_MERGED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Virgin": "America/St_Thomas",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


@cache
def _zone_names() -> Mapping[str, str]:
    """Return the current name by accepted name.

    tzdata.zi lists all zones (Z) and links (L). A link that zone.tab lists is the current name of a place, as is `UTC`;
    the others are old names. `Factory` stands for a clock that is not set.
    """
    places = (line.split("\t") for line in (_TZDB / "zone.tab").read_text().splitlines() if line[0] != "#")
    current = {"UTC"} | {place[2] for place in places}
    names = {}
    for line in (_TZDB / "tzdata.zi").read_text().splitlines():
        match line.split():
            case ["Z", name, *_]:
                names[name] = name
            case ["L", target, name]:
                names[name] = name if name in current else target
    del names["Factory"]
    return names | _RENAMED_AND_MERGED
