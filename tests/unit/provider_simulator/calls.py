"""Calls to the simulator, shared by its tests."""

from typing import Any

import httpx

PHONE = 79261234567


def send(client: httpx.Client, message_id: int = 1, **changes: Any) -> httpx.Response:
    body = {"id": message_id, "phone": PHONE, "text": "Hello"} | changes
    return client.post(f"/v1/send/{message_id}", json=body)


def behave(client: httpx.Client, *kinds: str, **settings: Any) -> None:
    faults = [{"kind": kind} for kind in kinds]
    client.put("/behaviour", json={"latency_ms": 0, "faults": faults, **settings}).raise_for_status()


def stats(client: httpx.Client) -> dict[str, Any]:
    counts: dict[str, Any] = client.get("/stats").json()
    return counts
