"""Warnings in the preview and in the answer to the creation of a mailing."""

from typing import Any

import pytest

from tests.integration.api.resources.mailings.test_mailings import NOW
from tests.support.functions.gateway import Gateway


def filtered(*, tags: tuple[str, ...] = (), codes: tuple[str, ...] = ()) -> dict[str, Any]:
    return NOW | {"filter": {"tags": list(tags), "operator_codes": list(codes)}}


@pytest.fixture(autouse=True)
def clients(call: Gateway) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "tags": ["VIP"]})
    call("POST", "tag/", {"name": "unused"})


@pytest.mark.parametrize("path", ["mailing/preview/", "mailing/"])
def test_tags_and_operator_codes_that_no_client_has_are_warned_of(call: Gateway, path: str) -> None:
    body = filtered(tags=("vip", "vpi", "unused"), codes=("926", "927"))
    warnings = call("POST", path, body).json["warnings"]
    assert warnings == [
        {
            "text": "no client has the tags vpi, unused",
            "code": "tags_without_clients",
            "params": {"tags": ["vpi", "unused"]},
        },
        {
            "text": "no client has the operator codes 927",
            "code": "operator_codes_without_clients",
            "params": {"operator_codes": ["927"]},
        },
    ]


@pytest.mark.parametrize("path", ["mailing/preview/", "mailing/"])
@pytest.mark.parametrize("body", [filtered(), filtered(tags=("vip",)), filtered(codes=("926",))])
def test_a_filter_whose_values_clients_have_has_no_warning(call: Gateway, path: str, body: dict[str, Any]) -> None:
    assert call("POST", path, body).json["warnings"] == []
