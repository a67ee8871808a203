from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.contracts.errors import InvalidInput
from notifications.schedules.time_zones import _TZDB, _zone_names, canonical_timezone, load_zone


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("US/Pacific", "America/Los_Angeles"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("W-SU", "Europe/Moscow"),
        ("Zulu", "Etc/UTC"),
        ("GMT", "Etc/GMT"),
        # Current names that are links themselves.
        ("Iceland", "Atlantic/Reykjavik"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("Pacific/Truk", "Pacific/Chuuk"),
    ],
)
def test_old_names_are_replaced_by_current_ones(old: str, today: str) -> None:
    assert canonical_timezone(old) == today


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Moscow",
        "Asia/Omsk",
        "Europe/Oslo",
        "Europe/Amsterdam",
        "Africa/Addis_Ababa",
        "UTC",
        "Etc/UTC",
        "Etc/GMT-14",
        "Etc/GMT+12",
    ],
)
def test_current_names_stay(name: str) -> None:
    assert canonical_timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Mars/Olympus",
        "europe/moscow",
        " Europe/Moscow",
        "Europe",
        "MSK",
        "UTC+3",
        "+03:00",
        "localtime",
        "Factory",
        "posixrules",
        "right/Europe/Moscow",
        "posix/Europe/Moscow",
        "zone.tab",
        "../zones",
        "Europe/../Europe/Moscow",
        "/etc/localtime",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"^timezone: unknown time zone"):
        canonical_timezone(name)
    with pytest.raises(InvalidInput, match=r"^timezone: "):
        load_zone(name)


@pytest.mark.parametrize(("end", "code_point"), [("\n", "000A"), ("\0", "0000"), ("\u200b", "200B")])
def test_an_invisible_character_of_a_name_is_named(end: str, code_point: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^timezone: has the invisible character U\+{code_point}\. Remove it\."):
        canonical_timezone(f"Europe/Moscow{end}")
    with pytest.raises(InvalidInput, match=r"^timezone: "):
        load_zone(f"Europe/Moscow{end}")


def test_every_name_of_tzdb_is_accepted_and_its_current_name_stays() -> None:
    names = set(_TZDB.with_name("zones").read_text().split())
    assert set(_zone_names()) == names - {"Factory"}
    assert all(canonical_timezone(today) == today for today in _zone_names().values())


@pytest.mark.parametrize("name", sorted(name for name, today in _zone_names().items() if name != today))
def test_an_old_name_has_the_same_time_as_its_current_name(name: str) -> None:
    with (_TZDB / name).open("rb") as rules:
        old, today = ZoneInfo.from_file(rules), load_zone(canonical_timezone(name))
    days = (datetime(2025, 1, 1, tzinfo=UTC) + n * timedelta(days=1) for n in range(3 * 365))
    assert all(day.astimezone(old).utcoffset() == day.astimezone(today).utcoffset() for day in days)


def test_zones_come_from_the_package_and_are_kept() -> None:
    assert load_zone("Europe/Kyiv").key == "Europe/Kyiv"
    assert load_zone("Europe/Kyiv") is load_zone("Europe/Kyiv")
