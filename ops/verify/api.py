"""Calls of the REST API."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import httpx

from ops.verify.results import Failed

# A function's first call also starts it.
TIMEOUT_SECONDS = 60


def connect(url: str, token: str = "") -> "Api":
    """Return the API at a URL, to be called with the token, or without one if it is empty."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Api(httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS))


class Api:
    """REST API of a stack."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def call(self, method: str, path: str, *, expected: HTTPStatus = HTTPStatus.OK, **request: Any) -> Any:
        """Call the API and return its JSON, or raise Failed if the status is another than the expected one."""
        answer = self._client.request(method, path, **request)
        if answer.status_code != expected:
            raise Failed(f"{method} {path} was answered with {answer.status_code}: {answer.text}")
        return answer.json() if answer.content else None

    def find(self, path: str) -> Any:
        """Return the JSON of a resource, or None if there is none."""
        answer = self._client.get(path)
        return None if answer.status_code == HTTPStatus.NOT_FOUND else self.call("GET", path)

    def delete(self, path: str) -> None:
        """Delete a resource, unless there is none."""
        if self.find(path) is not None:
            self.call("DELETE", path, expected=HTTPStatus.NO_CONTENT)

    def check_health(self) -> None:
        """Check that the API and its database answer, outside the path of the versioned calls."""
        self.call("GET", urljoin(str(self._client.base_url), "../../health/"))
