"""Phones of the checks."""

from argparse import ArgumentParser

import pytest

from ops.verify.clients import FIRST_PHONE, add_phone


def parse(*arguments: str) -> str:
    parser = ArgumentParser()
    add_phone(parser)
    return str(parser.parse_args(arguments).phone)


def test_a_phone_is_digits_with_the_country_code() -> None:
    assert parse() == FIRST_PHONE
    assert parse("--phone", "4915112345670") == "4915112345670"


@pytest.mark.parametrize("given", ["", "abc", "7926", "+79261234567", "0151123456"])
def test_what_is_no_phone_is_refused_by_name(capsys: pytest.CaptureFixture[str], given: str) -> None:
    with pytest.raises(SystemExit):
        parse("--phone", given)
    assert "is no phone. Give 7 to 15 digits" in capsys.readouterr().err
