import re
import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from notifications.clients.phones import country_of, operator_code_of, parse_country, parse_operator_code, parse_phone
from notifications.contracts.errors import InvalidInput
from notifications.contracts.problem_codes import ProblemCode
from tooling.paths import ROOT

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
EXAMPLES = [
    (region, example)
    for region in REGIONS
    for kind in PhoneNumberType.values()
    if (example := phonenumbers.example_number_for_type(region, kind)) and phonenumbers.is_valid_number(example)
]
BETWEEN = st.lists(st.sampled_from(["", " ", "-", "\u2011", "\u00a0", ".", "/", "(", ") "]), min_size=16, max_size=16)


def written_as(number: PhoneNumber, how: int) -> str:
    return phonenumbers.format_number(number, how)


def e164(number: PhoneNumber) -> str:
    return written_as(number, PhoneNumberFormat.E164).removeprefix("+")


def full_width(digits: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in digits)


@pytest.mark.parametrize("phone", ["79261234567", "70000000000", "+7 (926) 123-45-67", "0079261234567"])
def test_a_seven_and_ten_digits_are_a_phone_as_ever(phone: str) -> None:
    assert parse_phone(phone) == re.sub(r"\D", "", phone).removeprefix("00")


def test_a_phone_of_this_kind_does_not_load_the_numbering_plans() -> None:
    code = (
        "import sys; from notifications.clients.phones import parse_phone; parse_phone('79261234567'); "
        "assert 'phonenumbers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(ROOT / "layers/shared")})


@given(st.sampled_from(EXAMPLES), BETWEEN)
def test_a_number_of_any_country_is_read_in_any_international_writing(
    example: tuple[str, PhoneNumber], between: list[str]
) -> None:
    digits = e164(example[1])
    for prefix in ("", "+", "00", "\uff0b"):
        assert parse_phone(prefix + digits) == digits
        assert parse_phone(prefix + full_width(digits)) == digits
    separated = "".join(f"{digit}{between[place]}" for place, digit in enumerate(digits))
    assert parse_phone(f"+{separated}") == parse_phone(separated) == digits
    assert parse_phone(written_as(example[1], PhoneNumberFormat.INTERNATIONAL)) == digits


@given(st.sampled_from(EXAMPLES), st.sampled_from(REGIONS))
def test_a_plus_means_the_same_in_every_country(example: tuple[str, PhoneNumber], country: str) -> None:
    assert parse_phone(f"+{e164(example[1])}", country) == e164(example[1])


def result(phone: str, country: str | None) -> str | InvalidInput:
    """Return the phone as it is read, or the reason of its refusal."""
    try:
        return parse_phone(phone, country)
    except InvalidInput as refusal:
        return refusal


@pytest.mark.parametrize("is_formatted", [True, False])
def test_national_writing_is_read_for_a_named_country_and_never_as_another_number(is_formatted: bool) -> None:
    for country, number in EXAMPLES:
        digits = phonenumbers.national_significant_number(number)
        written = written_as(number, PhoneNumberFormat.NATIONAL) if is_formatted else digits
        found = result(written, country)
        if isinstance(found, InvalidInput):
            assert found.code == ProblemCode.PHONE_AMBIGUOUS
            assert found.params["national"] == f"+{e164(number)}"
            assert parse_phone(str(found.params["international"])) != e164(number)
        else:
            assert found == e164(number)


@given(st.from_regex(r"[0-9]{5,16}", fullmatch=True), st.sampled_from(REGIONS))
def test_digits_are_international_or_national_or_refused(digits: str, country: str) -> None:
    readings = {read for each in (None, country) if (read := reading(digits, each))}
    found = result(digits, country)
    if isinstance(found, InvalidInput):
        assert found.code == (ProblemCode.PHONE_AMBIGUOUS if len(readings) > 1 else ProblemCode.PHONE_FORMAT)
    assert ({found} == readings) == (len(readings) == 1)


def reading(digits: str, country: str | None) -> str | None:
    """Return the only reading of digits as international ones, or in a country."""
    if country is None and re.fullmatch("(00)?7[0-9]{10}", digits):
        return digits.removeprefix("00")
    written = digits if country else f"+{re.sub('^00', '', digits)}"
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    return e164(number) if phonenumbers.is_valid_number(number) and len(e164(number)) <= 15 else None


@pytest.mark.parametrize(
    ("phone", "country", "stored"),
    [
        ("8 (926) 123-45-67", "RU", "79261234567"),
        ("9161234567", "RU", "79161234567"),
        ("79161234567", "RU", "79161234567"),
        ("0151 23456789", "DE", "4915123456789"),
        ("+49 151 23456789", "DE", "4915123456789"),
        ("(212) 555-0123", "US", "12125550123"),
        ("011 44 20 7946 0958", "US", "442079460958"),
        ("06 12 34 56 78", "FR", "33612345678"),
        ("07911 123456", "GB", "447911123456"),
        ("+44 (0)20 7946 0958", None, "442079460958"),
        ("02 1234 5678", "IT", "390212345678"),
        ("011 15-2345-6789", "AR", "5491123456789"),
        ("+800 1234 5678", None, "80012345678"),
    ],
)
def test_phones_of_countries(phone: str, country: str | None, stored: str) -> None:
    assert parse_phone(phone, country) == stored


@pytest.mark.parametrize(
    ("phone", "country", "international", "national"),
    [
        ("9674447714", "RU", "+9674447714", "+79674447714"),
        ("15123456789", "DE", "+15123456789", "+4915123456789"),
        ("2037654255", "US", "+2037654255", "+12037654255"),
        # A file with exported numbers is read without a country.
        ("4915123456789", "DE", "+4915123456789", "+494915123456789"),
    ],
)
def test_digits_with_two_meanings_are_refused_with_both(
    phone: str, country: str, international: str, national: str
) -> None:
    with pytest.raises(InvalidInput, match=r"^phone: is a valid number in two ways") as refusal:
        parse_phone(phone, country)
    assert refusal.value.params == {"international": international, "national": national, "country": country}
    assert parse_phone(international, country) == international[1:]
    assert parse_phone(national, country) == national[1:]


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("", None),
        ("+", "DE"),
        ("7926123456", None),
        ("792612345678", None),
        ("89261234567", None),
        ("8 (926) 123-45-67", None),
        ("0151 23456789", None),
        ("7926123456\u0967", None),
        ("7+9261234567", None),
        ("++79261234567", None),
        ("79261234567 ext. 5", "RU"),
        ("1-800-FLOWERS", "US"),
        ("12345", "DE"),
        ("9" * 300, "RU"),
    ],
)
def test_other_phones_are_refused(phone: str, country: str | None) -> None:
    with pytest.raises(InvalidInput, match=r"^phone: must be a valid phone with its country code") as refusal:
        parse_phone(phone, country)
    assert refusal.value.field == "phone"


@pytest.mark.parametrize(
    ("phone", "code_point"),
    [("79261234567\n", "U+000A"), ("\u202a79261234567", "U+202A"), ("7926\u00ad1234567", "U+00AD")],
)
def test_an_invisible_character_of_a_phone_is_named(phone: str, code_point: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"^phone: has the invisible character {re.escape(code_point)}\. Remove it\."
    ):
        parse_phone(phone)


def test_a_country_is_named_by_its_capital_letters() -> None:
    assert parse_country("DE") == "DE"


@pytest.mark.parametrize("country", ["", "de", "DEU", "ZZ", "Germany", "001", "DE\n"])
def test_other_countries_are_refused(country: str) -> None:
    with pytest.raises(InvalidInput, match=r"^country: must be the two capital letters of a country"):
        parse_country(country)


def test_the_site_offers_exactly_these_countries() -> None:
    source = (ROOT / "admin_site/src/pages/clients/import/steps/countries.ts").read_text()
    offered = re.findall(r"\b[A-Z]{2}\b", source.partition("const CODES")[2].partition(".split")[0])
    assert sorted(offered) == REGIONS


def test_operator_code_is_digits_two_to_four_of_a_seven_and_no_other_country_has_one() -> None:
    assert operator_code_of("79261234567") == "926"
    assert operator_code_of("4915123456789") is None


@pytest.mark.parametrize("code", ["", "92", "9260", "9a6", "926\n", "९२६"])
def test_operator_code_has_three_digits(code: str) -> None:
    assert parse_operator_code("926") == "926"
    with pytest.raises(InvalidInput, match=r"^operator_code: "):
        parse_operator_code(code)


@given(st.sampled_from(EXAMPLES))
def test_the_country_of_a_phone_is_the_one_whose_plan_has_it(example: tuple[str, PhoneNumber]) -> None:
    region, number = example
    # Countries with one calling code may share a number, such as a number without charges of North America.
    assert country_of(e164(number).removeprefix("+")) in {region, phonenumbers.region_code_for_number(number)}


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("79261234567", "RU"),
        ("77012345678", "KZ"),
        ("12025550123", "US"),
        ("14165550123", "CA"),
        # Not in the numbering plan, and accepted all the same.
        ("71112345678", "RU"),
        # A satellite network, and a code that nobody has.
        ("88235555555", None),
        ("2101234567", None),
    ],
)
def test_a_phone_has_a_country_unless_its_code_belongs_to_none(phone: str, country: str | None) -> None:
    assert country_of(phone) == country
