"""A mailing through the whole local stack: `python -m benchmarks.whole_stack`.

Measures from the API call that creates the mailing to its last outcome. MiniStack's SQS and Lambda are the limit:
`benchmarks.measurements.whole` measures the same without them, against Celery. It takes two minutes, most of them to
start the stack, so it runs only on request by name.
"""

import time
from datetime import UTC, datetime, timedelta

import httpx

from benchmarks.harness.results import Results
from benchmarks.load import admin
from tests.support.e2e.local_stack import own_stack

MESSAGES = 1_000
WARM_UP = 200
LATENCY_MS = 50
PATIENCE_SECONDS = 240
# Each poll costs the stack an invocation of the API.
LOOK_EVERY_SECONDS = 0.5


def main() -> None:
    """Measure on the benchmark's own stack, and report."""
    results = Results("whole_stack")
    with own_stack(".local/whole") as stack, admin(stack) as http:
        found = stack.described()
        httpx.put(f"{found['provider_url']}/behaviour", json={"latency_ms": LATENCY_MS}, trust_env=False)
        _import(http, "100", WARM_UP)
        _import(http, "101", MESSAGES)
        _send(http, "100", WARM_UP)
        httpx.post(f"{found['provider_url']}/reset", trust_env=False).raise_for_status()
        rate = MESSAGES / _send(http, "101", MESSAGES)
        accepted = httpx.get(f"{found['provider_url']}/stats", trust_env=False).raise_for_status().json()
        assert (accepted["accepted_ids"], accepted["duplicates"]) == (MESSAGES, 0), accepted
    results.add(who="this project, local stack (MiniStack)", messages=MESSAGES, latency_ms=LATENCY_MS, per_s=rate)
    results.report()


def _import(http: httpx.Client, operator_code: str, number: int) -> None:
    rows = (f"7{operator_code}{n:07d},{operator_code},Europe/Moscow" for n in range(number))
    csv = "\n".join(("phone,operator_code,timezone", *rows))
    http.post("client/import/", content=csv, headers={"Content-Type": "text/csv"}).raise_for_status()


def _send(http: httpx.Client, operator_code: str, messages: int) -> float:
    """Seconds until all are sent."""
    now = datetime.now(UTC)
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    began = time.perf_counter()
    body = {"text": "Hello", "filter": {"operator_codes": [operator_code]}} | times
    created = http.post("mailing/", json=body).raise_for_status().json()
    while http.get(f"mailing/{created['id']}/").raise_for_status().json()["stats"]["sent"] < messages:
        if time.perf_counter() > began + PATIENCE_SECONDS:
            raise TimeoutError(f"mailing {created['id']} is not sent")
        time.sleep(LOOK_EVERY_SECONDS)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
