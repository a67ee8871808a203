"""Somebody at the REST API who does not mind that it is being killed: a call may fail, and is counted."""

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

# Longer than a function takes to start anew.
TIMEOUT_SECONDS = 15
LONG_TIMEOUT_SECONDS = 60
FINAL = set(MailingStatus) - set(LIVE_STATUSES)


@dataclass
class Operator:
    """Calls the API of a stack as its admin.

    Attributes:
        answers: how often each status was answered; 0 for no answer at all.
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

    def ask(self, method: str, path: str, **what: Any) -> Any:
        """What was answered to a call, or None if it failed."""
        try:
            answer = self._http.request(method, path, **what)
        except httpx.HTTPError:
            self.answers[0] += 1
            return None
        self.answers[answer.status_code] += 1
        return answer.json() if answer.is_success else None

    def insist(self, method: str, path: str, **what: Any) -> Any:
        """What was answered to a call that nothing disturbs."""
        answer = self._http.request(method, path, timeout=LONG_TIMEOUT_SECONDS, **what)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def create(self, tag: str, *, lasts: timedelta, on_unknown: str) -> int:
        """A mailing to all clients with a tag that starts now. Gives its id."""
        now = datetime.now(UTC)
        body = {
            "text": "Text",
            "starts_at": now.isoformat(),
            "ends_at": (now + lasts).isoformat(),
            "filter": {"tags": [tag]},
            "on_unknown": on_unknown,
        }
        made = self.insist("POST", "mailing/", json=body, headers={"Idempotency-Key": str(uuid4())})
        return int(made["id"])

    def is_over(self, mailing_id: int) -> bool:
        """Whether a mailing has ended; no answer is a no."""
        mailing = self.ask("GET", f"mailing/{mailing_id}/")
        return mailing is not None and mailing["status"] in FINAL

    def change(self, mailing_id: int, what: Mapping[str, Any]) -> None:
        """Patch a mailing."""
        self.ask("PATCH", f"mailing/{mailing_id}/", json=dict(what))
