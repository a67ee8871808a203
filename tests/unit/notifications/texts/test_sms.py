import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.enumerations import SmsEncoding
from notifications.texts.sms import Segments, count_segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(SmsEncoding.GSM_7, 0, 1)),
        ("a" * 160, Segments(SmsEncoding.GSM_7, 160, 1)),
        ("a" * 161, Segments(SmsEncoding.GSM_7, 161, 2)),
        ("a" * 306, Segments(SmsEncoding.GSM_7, 306, 2)),
        ("a" * 307, Segments(SmsEncoding.GSM_7, 307, 3)),
        ("€" * 80, Segments(SmsEncoding.GSM_7, 160, 1)),
        ("€" * 81, Segments(SmsEncoding.GSM_7, 162, 2)),
        # 152 septets and a pair that would be split, which begins the next segment.
        ("a" * 152 + "€" + "a" * 151, Segments(SmsEncoding.GSM_7, 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments(SmsEncoding.GSM_7, 306, 3)),
        ("я" * 70, Segments(SmsEncoding.UCS_2, 70, 1)),
        ("я" * 71, Segments(SmsEncoding.UCS_2, 71, 2)),
        ("я" * 134, Segments(SmsEncoding.UCS_2, 134, 2)),
        ("я" * 135, Segments(SmsEncoding.UCS_2, 135, 3)),
        ("😀" * 35, Segments(SmsEncoding.UCS_2, 70, 1)),
        ("😀" * 36, Segments(SmsEncoding.UCS_2, 72, 2)),
        ("я" * 66 + "😀" + "я" * 65, Segments(SmsEncoding.UCS_2, 133, 2)),
        ("я" * 66 + "😀" + "я" * 66, Segments(SmsEncoding.UCS_2, 134, 3)),
        ("a" * 70 + "`", Segments(SmsEncoding.UCS_2, 71, 2)),
    ],
)
def test_segments(text: str, expected: Segments) -> None:
    assert count_segments(text) == expected


@pytest.mark.parametrize(
    "character", [*string.ascii_letters, *string.digits, *"@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡¿§ÄÖÑÜäöñüà\n\r "]
)
def test_basic_characters_take_one_septet(character: str) -> None:
    assert count_segments(character) == Segments(SmsEncoding.GSM_7, 1, 1)


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_extended_characters_take_two_septets(character: str) -> None:
    assert count_segments(character) == Segments(SmsEncoding.GSM_7, 2, 1)


@pytest.mark.parametrize("character", "`çáâêëíîïóôúûÁÈΑЁя\t“”…№₽\u00a0")
def test_other_characters_need_ucs_2(character: str) -> None:
    assert count_segments(character) == Segments(SmsEncoding.UCS_2, 1, 1)


storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
long_texts = st.text("a€", min_size=140, max_size=500) | st.text("я😀", min_size=60, max_size=250)


@given(storable | long_texts)
def test_the_number_of_segments_is_the_lowest_that_holds_the_text(text: str) -> None:
    found = count_segments(text)
    alone, joined = {"GSM-7": (160, 153), "UCS-2": (70, 67)}[found.encoding]
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-le")) // 2
    if found.units <= alone:
        assert found.count == 1
    else:
        # Only a pair that would be split leaves a unit unused, so a segment has at most one unused unit.
        assert found.count * joined >= found.units > (found.count - 1) * (joined - 1)
