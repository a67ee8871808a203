"""Calls the REST API while it is being killed; failed calls are counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from local.secrets import Secrets
from local.settings import Settings
from local.stack.description import Stack
from notifications.contracts.enumerations import LIVE_STATUSES, MailingStatus
from ops import users

# Longer than a restart of a function takes.
TIMEOUT_SECONDS = 15
LONG_TIMEOUT_SECONDS = 60
FINAL = set(MailingStatus) - set(LIVE_STATUSES)


@dataclass
class Operator:
    """Calls the API of a stack as its admin.

    Attributes:
        answers: number of answers by HTTP status; 0 stands for no answer.
    """

    settings: Settings
    stack: Stack
    answers: Counter[int] = field(default_factory=Counter)

    @cached_property
    def _http(self) -> httpx.Client:
        admin = Secrets.load(self.settings).admin
        token = users.token(self.stack.user_pool_client_id, admin.email, admin.password)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.stack.api_url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)

    def call(self, method: str, path: str, **request: Any) -> Any:
        """Return the JSON answer to a call, or None if the call failed."""
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError:
            self.answers[0] += 1
            return None
        self.answers[answer.status_code] += 1
        return answer.json() if answer.is_success else None

    def require(self, method: str, path: str, **request: Any) -> Any:
        """Return the JSON answer to a call that must succeed."""
        answer = self._http.request(method, path, timeout=LONG_TIMEOUT_SECONDS, **request)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def create(self, tag: str, *, lasts: timedelta, on_unknown: str) -> int:
        """Create a mailing to all clients with a tag that starts now, and return its id."""
        now = datetime.now(UTC)
        body = {
            "text": "Text",
            "starts_at": now.isoformat(),
            "ends_at": (now + lasts).isoformat(),
            "filter": {"tags": [tag]},
            "on_unknown": on_unknown,
        }
        made = self.require("POST", "mailing/", json=body, headers={"Idempotency-Key": str(uuid4())})
        return int(made["id"])

    def has_ended(self, mailing_id: int) -> bool:
        """Return True if the mailing has ended; False without an answer."""
        mailing = self.call("GET", f"mailing/{mailing_id}/")
        return mailing is not None and mailing["status"] in FINAL

    def change(self, mailing_id: int, fields: Mapping[str, Any]) -> None:
        """Patch a mailing."""
        self.call("PATCH", f"mailing/{mailing_id}/", json=dict(fields))
