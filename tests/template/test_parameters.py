"""What a deployment asks for: which values are taken, in which order they are asked, and what explains them."""

import re
from typing import Any

import pytest

type Template = dict[str, Any]


def accepts(source: Template, parameter: str, value: str) -> bool:
    """Return True if CloudFormation, which matches a pattern against the whole value, takes the value."""
    return re.fullmatch(source["Parameters"][parameter]["AllowedPattern"], value) is not None


@pytest.mark.parametrize(
    "url",
    [
        "new",
        "postgresql://user:password@db.example.org:5432/notifications",
        "postgresql://user:p%40ss%2Fword@db.example.org/notifications?sslmode=disable",
        "postgresql://user:password@[2001:db8::1]:5432/notifications",
        # Stacks deployed earlier have these.
        "",
        "postgresql+pg8000://user:password@db.example.org:5432/notifications",
        "postgresql+psycopg://user:password@db.example.org:5432/notifications",
    ],
)
def test_a_database_url_is_taken(source: Template, url: str) -> None:
    assert accepts(source, "DatabaseUrl", url)


@pytest.mark.parametrize(
    "url",
    [
        "none",
        "mysql://user:password@db.example.org/notifications",
        "db.example.org:5432/notifications",
        "postgresql://db.example.org/notifications",
        "postgresql://user:password@db.example.org:5432",
        "postgresql://user:password@db.example.org/notifications and more",
    ],
)
def test_what_names_no_database_is_refused(source: Template, url: str) -> None:
    assert not accepts(source, "DatabaseUrl", url)


def test_a_hidden_parameter_has_a_value_for_every_choice(source: Template) -> None:
    # `sam deploy --guided` repeats its question until a parameter with NoEcho gets a value, also if it has a default.
    hidden = {name: each for name, each in source["Parameters"].items() if each.get("NoEcho")}
    assert hidden.keys() == {"DatabaseUrl", "ProviderToken"}
    assert all(each.get("Default") != "" for each in hidden.values())
