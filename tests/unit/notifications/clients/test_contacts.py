import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.clients.contacts import (
    _TZDB,
    _zone_names,
    canonical_timezone,
    load_zone,
    operator_code_of,
    parse_operator_code,
    parse_phone,
    parse_tag,
    tag_key,
)
from notifications.contracts.errors import InvalidInput


def test_phone_is_a_seven_and_ten_digits() -> None:
    assert parse_phone("79261234567") == "79261234567"


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "7926123456",
        "792612345678",
        "89261234567",
        "+79261234567",
        "7 926 123 45 67",
        "79261234567\n",
        "7926123456१",
    ],
)
def test_other_phones_are_refused(phone: str) -> None:
    with pytest.raises(InvalidInput, match=r"^phone: must be a 7 and ten digits") as refusal:
        parse_phone(phone)
    assert refusal.value.field == "phone"


def test_operator_code_is_digits_two_to_four() -> None:
    assert operator_code_of("79261234567") == "926"


@pytest.mark.parametrize("code", ["", "92", "9260", "9a6", "926\n", "९२६"])
def test_operator_code_has_three_digits(code: str) -> None:
    assert parse_operator_code("926") == "926"
    with pytest.raises(InvalidInput, match=r"^operator_code: "):
        parse_operator_code(code)


# Time zones


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
        # Today's names that are links themselves.
        ("Iceland", "Atlantic/Reykjavik"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("Pacific/Truk", "Pacific/Chuuk"),
    ],
)
def test_old_names_become_todays(old: str, today: str) -> None:
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
def test_todays_names_stay(name: str) -> None:
    assert canonical_timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Mars/Olympus",
        "europe/moscow",
        " Europe/Moscow",
        "Europe/Moscow\n",
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
        "Europe/Moscow\0",
    ],
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"^timezone: unknown time zone"):
        canonical_timezone(name)
    with pytest.raises(InvalidInput, match=r"^timezone: "):
        load_zone(name)


def test_every_name_of_tzdb_is_accepted_and_todays_name_is_final() -> None:
    names = set(_TZDB.with_name("zones").read_text().split())
    assert set(_zone_names()) == names - {"Factory"}
    assert all(canonical_timezone(today) == today for today in _zone_names().values())


@pytest.mark.parametrize("name", sorted(name for name, today in _zone_names().items() if name != today))
def test_an_old_name_shows_the_same_time_as_todays(name: str) -> None:
    with (_TZDB / name).open("rb") as rules:
        old, today = ZoneInfo.from_file(rules), load_zone(canonical_timezone(name))
    days = (datetime(2025, 1, 1, tzinfo=UTC) + n * timedelta(days=1) for n in range(3 * 365))
    assert all(day.astimezone(old).utcoffset() == day.astimezone(today).utcoffset() for day in days)


def test_zones_come_from_the_package_and_are_kept() -> None:
    assert load_zone("Europe/Kyiv").key == "Europe/Kyiv"
    assert load_zone("Europe/Kyiv") is load_zone("Europe/Kyiv")


# Tags


def test_tag_is_trimmed_and_composed_and_keeps_its_case() -> None:
    assert parse_tag("  VIP клиент ") == "VIP клиент"
    assert parse_tag("Cafe\u0301") == "Caf\u00e9"


@pytest.mark.parametrize("length", [1, 64])
def test_tag_has_1_to_64_characters(length: int) -> None:
    assert parse_tag("я" * length) == "я" * length


@pytest.mark.parametrize(
    "tag",
    ["", "   ", "a" * 65, "a;b", "a|b", "a\0b", "a\nb", "a\tb", "\u200b", "a\u202eb", "a\u00a0b", "\ud800", "\ue000"],
)
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(InvalidInput, match=r"^tag: "):
        parse_tag(tag)


@given(st.text(max_size=70))
@example("İ")
@example("ß")
def test_a_tag_is_final_and_compares_without_case(text: str) -> None:
    try:
        tag = parse_tag(text)
    except InvalidInput:
        return
    assert parse_tag(tag) == tag
    assert tag_key(tag) == tag_key(text) == tag_key(tag_key(tag))
    assert unicodedata.is_normalized("NFC", tag_key(tag))


@pytest.mark.parametrize(("one", "other"), [("VIP", "vip"), ("Straße", "STRASSE"), ("КЛИЕНТ", "клиент")])
def test_tags_that_differ_in_case_have_one_key(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)
