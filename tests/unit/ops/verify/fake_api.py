"""A REST API in memory: clients, tags and one mailing that is delivered at once."""

import json
from typing import Any

import httpx

from ops.verify.api import Api


class FakeApi:
    """Clients by phone, and the mailings that were created.

    Attributes:
        outcome: status that every message of a mailing ends in.
        attempts: attempts that `explain` tells of every message.
    """

    def __init__(self, *clients: dict[str, Any]) -> None:
        self.clients = {client["phone"]: client for client in clients}
        self.mailings: dict[int, dict[str, Any]] = {}
        self.outcome = "sent"
        self.attempts = [{"outcome": "sent"}]

    def connected(self) -> Api:
        transport = httpx.MockTransport(self._answer)
        return Api(httpx.Client(base_url="https://api.example.org/api/v1/", transport=transport))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        match request.method, *request.url.path.removeprefix("/api/v1/").strip("/").split("/"):
            case "POST", "client", "import":
                answer = self._import(request.read().decode())
            case "GET", "client", phone:
                answer = found(self.clients.get(phone))
            case "DELETE", "client", phone:
                answer = deleted(self.clients.pop(phone))
            case "POST", "mailing":
                answer = self._create(json.loads(request.read()))
            case "GET", "mailing":
                answer = found({"items": list(self.mailings.values())})
            case "GET", "mailing", number:
                answer = found(self.mailings.get(int(number)))
            case "DELETE", "mailing", number:
                answer = deleted(self.mailings.pop(int(number)))
            case "GET", "mailing", _, "message":
                answer = found({"items": [self._message(phone) for phone in self.clients]})
            case "GET", "mailing", _, "explain":
                answer = found({"attempts": self.attempts})
            case _:
                answer = found(None)
        return answer

    def _import(self, csv: str) -> httpx.Response:
        rows = [line.split(",") for line in csv.splitlines()[1:]]
        self.clients |= {phone: {"phone": phone, "tags": [tag]} for phone, _, tag in rows}
        return found({"created": len(rows), "updated": 0, "refused": []})

    def _create(self, mailing: dict[str, Any]) -> httpx.Response:
        stats = dict.fromkeys(("total", "pending", "queued", "sending", "sent", "failed"), 0)
        stats |= {"total": len(self.clients), self.outcome: len(self.clients)}
        self.mailings[7] = mailing | {"id": 7, "stats": stats}
        return httpx.Response(201, json=self.mailings[7])

    def _message(self, phone: str) -> dict[str, Any]:
        error = None if self.outcome == "sent" else "provider answered 400"
        return {"id": int(phone), "phone": phone, "status": self.outcome, "last_error": error}


def found(body: dict[str, Any] | None) -> httpx.Response:
    return httpx.Response(404) if body is None else httpx.Response(200, json=body)


def deleted(_: dict[str, Any]) -> httpx.Response:
    return httpx.Response(204)
