import json
from typing import Any

import pytest

from api.middleware import access_log


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
def test_a_call_is_found_by_its_mailing(
    caplog: pytest.LogCaptureFixture, path: str, status: int, body: dict[str, Any], mailing_id: int | None
) -> None:
    event = {"requestContext": {"requestId": "abc=", "http": {"method": "POST", "path": path}}}
    with caplog.at_level("INFO"):
        access_log.log_call(event, {"statusCode": status, "body": json.dumps(body)})
    assert vars(caplog.records[0]).get("mailing_id") == mailing_id
    assert vars(caplog.records[0])["gateway_request_id"] == "abc="
