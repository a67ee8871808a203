"""The REST API, as a client of the service calls it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import uuid4

import httpx
from pydantic import BaseModel

from local.secrets import Secrets
from local.stack.description import Stack
from ops import users
from tooling.errors import ApiRefused

# The first call to a function also starts it.
TIMEOUT_SECONDS = 60
LARGEST_PAGE = 500


class Imported(BaseModel):
    """What an import did."""

    created: int
    updated: int
    refused: list[dict[str, str | int]]


class Stats(BaseModel):
    """A mailing's messages by status."""

    total: int
    pending: int
    queued: int
    sending: int
    sent: int
    failed: int

    @property
    def left(self) -> int:
        """Those that are still to go."""
        return self.pending + self.queued + self.sending


class Mailing(BaseModel):
    """A mailing."""

    id: int
    stats: Stats

    @property
    def is_done(self) -> bool:
        """Whether it has been planned, and nothing of it is left."""
        return self.stats.total > 0 and self.stats.left == 0


class Api:
    """The calls that the demo makes.

    Args:
        stack: the running stack.
        token: whose calls they are.
    """

    def __init__(self, stack: Stack, token: str) -> None:
        self._http = httpx.Client(
            base_url=stack.api_url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS
        )

    @classmethod
    def as_admin(cls, stack: Stack, secrets: Secrets) -> Self:
        """Called by the stack's own admin."""
        return cls(stack, users.token(stack.user_pool_client_id, secrets.admin))

    def import_clients(self, csv: bytes) -> Imported:
        """Create and update clients."""
        answer = self._call("POST", "client/import/", content=csv, headers={"Content-Type": "text/csv"})
        return Imported.model_validate(answer)

    def count_clients(self) -> int:
        """All of the client base."""
        count, query = 0, {"limit": str(LARGEST_PAGE)}
        while True:
            page = self._call("GET", "client/", params=query)
            count += len(page["items"])
            if page["next"] is None:
                return count
            query["cursor"] = page["next"]

    def create_mailing(self, text: str, *, lasts: timedelta) -> Mailing:
        """A mailing to all clients that starts now."""
        now = datetime.now(UTC)
        body = {"text": text, "starts_at": now.isoformat(), "ends_at": (now + lasts).isoformat()}
        return Mailing.model_validate(
            self._call("POST", "mailing/", json=body, headers={"Idempotency-Key": str(uuid4())})
        )

    def mailing(self, number: int) -> Mailing:
        """The mailing as it stands."""
        return Mailing.model_validate(self._call("GET", f"mailing/{number}/"))

    def _call(self, method: str, path: str, **what: Any) -> Any:
        answer = self._http.request(method, path, **what)
        if answer.is_error:
            raise ApiRefused(f"{method} {path} was answered with {answer.status_code}: {answer.text}")
        return answer.json()
