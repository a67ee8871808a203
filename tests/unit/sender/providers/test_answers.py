"""The table of answers, row by row: each status and kind of body means what the contract with the provider says."""

import pytest

from notifications.contracts.enumerations import Http500Meaning
from sender.providers.answers import Body, Meaning, kind_of, meaning_of, table_of

UNCLEAR_200 = "200 with HTML, nothing, cut JSON, an encoding nobody asked for, or too many bytes"
# The rows of the contract: statuses, kinds of bodies, meaning. Whatever has no row is unknown.
CONTRACT: dict[str, tuple[set[int], set[Body], Meaning]] = {
    "200 with code 0": ({200}, {Body.CODE_ZERO}, Meaning.ACCEPTED),
    "200 with another code": ({200}, {Body.OTHER_CODE}, Meaning.TRANSIENT),
    UNCLEAR_200: ({200}, {Body.UNCLEAR}, Meaning.UNKNOWN),
    "every other 2xx": ({*range(201, 300)}, {*Body}, Meaning.UNKNOWN),
    "redirects": ({*range(300, 400)}, {*Body}, Meaning.TRANSIENT),
    "400, 413, 422": ({400, 413, 422}, {*Body}, Meaning.PERMANENT),
    "401, 403": ({401, 403}, {*Body}, Meaning.UNAUTHORIZED),
    "409": ({409}, {*Body}, Meaning.REPEATED),
    "429": ({429}, {*Body}, Meaning.THROTTLED),
    "503": ({503}, {*Body}, Meaning.TRANSIENT),
    "404, 405, 408, 410, 415, 425, 501, every other 4xx": (
        {*range(400, 500), 501} - {400, 413, 422, 401, 403, 409, 429},
        {*Body},
        Meaning.TRANSIENT,
    ),
    "500, 502, 504, every other 5xx but 501 and 503": ({*range(500, 600)} - {501, 503}, {*Body}, Meaning.UNKNOWN),
    "no status of HTTP": ({0, 99, 101, 600, 999}, {*Body}, Meaning.UNKNOWN),
}


@pytest.mark.parametrize(("statuses", "bodies", "meaning"), CONTRACT.values(), ids=CONTRACT)
def test_the_table_follows_the_contract(statuses: set[int], bodies: set[Body], meaning: Meaning) -> None:
    assert {meaning_of(status, body) for status in statuses for body in bodies} == {meaning}


def test_the_contract_has_a_row_for_every_answer() -> None:
    told = [(status, body) for statuses, bodies, _ in CONTRACT.values() for status in statuses for body in bodies]
    assert len(told) == len(set(told))
    assert {(status, body) for status in range(200, 600) for body in Body} <= set(told)


@pytest.mark.parametrize("body", Body)
def test_a_provider_may_mean_by_500_that_it_did_not_accept(body: Body) -> None:
    table = table_of(Http500Meaning.NOT_ACCEPTED)
    assert meaning_of(500, body, table) == Meaning.TRANSIENT
    others = [status for status in range(200, 600) if status != 500]
    assert all(meaning_of(status, body, table) == meaning_of(status, body) for status in others)
    assert meaning_of(500, body, table_of(Http500Meaning.UNKNOWN)) == Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"code": 0}', Body.CODE_ZERO),
        (b' \r\n{"message": "OK", "code": 0, "more": [1]}\n', Body.CODE_ZERO),
        (b'{"code": 0.0}', Body.CODE_ZERO),
        (b'{"code": -0}', Body.CODE_ZERO),
        (b'{"code": 0e5}', Body.CODE_ZERO),
        (b'\xef\xbb\xbf{"code": 0}', Body.CODE_ZERO),
        ('{"code": 0}'.encode("utf-16"), Body.CODE_ZERO),
        (b'{"code": 1, "code": 0}', Body.CODE_ZERO),
        (b'{"code": 17}', Body.OTHER_CODE),
        (b'{"code": -1}', Body.OTHER_CODE),
        (b'{"code": 0.5}', Body.OTHER_CODE),
        (b'{"code": 1e-400}', Body.OTHER_CODE),
        (b'{"code": 1e400}', Body.OTHER_CODE),
        (b'{"code": "0"}', Body.UNCLEAR),
        (b'{"code": "17"}', Body.UNCLEAR),
        (b'{"code": false}', Body.UNCLEAR),
        (b'{"code": true}', Body.UNCLEAR),
        (b'{"code": null}', Body.UNCLEAR),
        (b'{"code": [0]}', Body.UNCLEAR),
        (b'{"code": NaN}', Body.UNCLEAR),
        (b'{"code": 1e9999999999999999999999}', Body.UNCLEAR),
        (b'{"Code": 0}', Body.UNCLEAR),
        (b"{}", Body.UNCLEAR),
        (b"[0]", Body.UNCLEAR),
        (b"0", Body.UNCLEAR),
        (b"null", Body.UNCLEAR),
        (b"", Body.UNCLEAR),
        (b"OK", Body.UNCLEAR),
        (b"<html></html>", Body.UNCLEAR),
        (b'{"code": 0, "mess', Body.UNCLEAR),
        (b'{"code": 0}{"code": 0}', Body.UNCLEAR),
        (b'{"code": 0}\x00', Body.UNCLEAR),
        (b'{"code": 00}', Body.UNCLEAR),
        (b"{'code': 0}", Body.UNCLEAR),
        (b'{"code": 0, "message": "\xff"}', Body.UNCLEAR),
        (b"[" * 16_000, Body.UNCLEAR),
    ],
    ids=repr,
)
def test_only_a_number_as_code_is_a_clear_word(body: bytes, kind: Body) -> None:
    assert kind_of(body) == kind
