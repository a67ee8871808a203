import json
from typing import Any

import pytest

from api.middleware import access_log
from api.request_context import Event


def _event(path: str) -> Event:
    return {
        "rawPath": path,
        "headers": {},
        "requestContext": {"requestId": "abc=", "http": {"method": "POST", "path": path}},
    }


@pytest.mark.parametrize(
    ("path", "status", "body", "mailing_id"),
    [
        ("/api/v1/mailing/7/pause/", 200, {}, 7),
        ("/api/v1/statistic/7/", 200, {}, 7),
        ("/api/v1/mailing/", 201, {"id": 8}, 8),
        ("/api/v1/mailing/", 422, {"title": "…"}, None),
        ("/api/v1/client/79261234567/", 200, {}, None),
    ],
)
def test_the_access_log_has_the_mailing_id(
    caplog: pytest.LogCaptureFixture, path: str, status: int, body: dict[str, Any], mailing_id: int | None
) -> None:
    with caplog.at_level("INFO"):
        access_log.log_call(_event(path), {"statusCode": status, "headers": {}, "body": json.dumps(body)})
    assert vars(caplog.records[0]).get("mailing_id") == mailing_id
    assert vars(caplog.records[0])["gateway_request_id"] == "abc="
