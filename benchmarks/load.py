"""Load test: 100 API clients while 20,000 messages are sent: `python -m benchmarks.load`.

Runs its own local stack, wiped before and stopped afterwards, on the same processors as the clients. Mailings start
one after the other, so that due times are spread over the whole run. Each client pauses after every answer. Clients
start one after the other and are measured once all have started: each call that finds no idle instance of the API
starts one, and a hundred calls at once would start fifty instances on two cores.
"""

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

import httpx
from sqlalchemy import Engine, text

from benchmarks.harness.results import Limit, Results
from notifications.database import engine as database
from notifications.statistics import reconciliation
from tests.support.e2e.local_stack import LocalStack, own_stack

CLIENTS, PAUSE_SECONDS = 100, 2.0
MESSAGES, MAILINGS = 20_000, 80
EVERY = timedelta(seconds=2.5)
WARM_UP_SECONDS = 90
FIRST_AFTER = timedelta(seconds=20)
IN_TIME = timedelta(seconds=10)
PATIENCE = timedelta(minutes=6)
IMPORT_ROWS = 10_000
WRITES = 0.2


class Callers:
    """The clients of the API and the results of their calls."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, list[str]] = defaultdict(list)

    def reset(self) -> None:
        """Discard the results so far."""
        self.seconds.clear()
        self.errors.clear()

    async def run_until(self, done: asyncio.Event) -> None:
        """Run all clients until `done`, each from its time in the warm-up."""
        await asyncio.gather(*(self._run_client(number, done) for number in range(CLIENTS)))

    async def _run_client(self, number: int, done: asyncio.Event) -> None:
        chance = random.Random(number)
        await asyncio.sleep(WARM_UP_SECONDS * number / CLIENTS)
        while not done.is_set():
            await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS))
            phone = _phone(chance.randrange(MESSAGES))
            if chance.random() < WRITES:
                await self.call("PATCH", "client/{phone}/", f"client/{phone}/", {"timezone": "Europe/Moscow"})
            else:
                name = chance.choice(("client/", "client/{phone}/", "mailing/", "mailing/{id}/", "statistic/{id}/"))
                await self.call("GET", name, name.format(phone=phone, id=chance.randrange(1, MAILINGS + 1)))

    async def call(self, method: str, name: str, path: str, body: Any = None) -> None:
        """Make one call and record its time and error."""
        began = time.perf_counter()
        try:
            answer = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            self.errors[f"{method} {name}"].append(repr(error))
        else:
            if answer.is_error:
                self.errors[f"{method} {name}"].append(f"{answer.status_code} {answer.text}")
        self.seconds[f"{method} {name}"].append(time.perf_counter() - began)


def _phone(number: int) -> str:
    return f"7926{number:07d}"


def import_clients(http: httpx.Client) -> None:
    """Import as many clients as messages, with one operator code for each mailing."""
    per_mailing = MESSAGES // MAILINGS
    rows = (f"{_phone(number)},{100 + number // per_mailing},Europe/Moscow" for number in range(MESSAGES))
    for part in batched(rows, IMPORT_ROWS, strict=False):
        csv = "\n".join(("phone,operator_code,timezone", *part))
        http.post("client/import/", content=csv, headers={"Content-Type": "text/csv"}).raise_for_status()


def create_mailings(http: httpx.Client) -> datetime:
    """Create mailings that start one after the other, and return the start of the last."""
    begins = datetime.now(UTC) + FIRST_AFTER
    for number in range(MAILINGS):
        at = begins + number * EVERY
        times = {"starts_at": at.isoformat(), "ends_at": (at + timedelta(hours=1)).isoformat()}
        body = {"text": "Hello {phone}", "filter": {"operator_codes": [str(100 + number)]}} | times
        http.post("mailing/", json=body).raise_for_status()
    return at


async def run(operator: httpx.Client, engine: Engine) -> Callers:
    """Run the clients until all messages are sent."""
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(
        base_url=operator.base_url, headers=operator.headers, timeout=60, limits=limits
    ) as http:
        callers, done = Callers(http), asyncio.Event()
        asking = asyncio.create_task(callers.run_until(done))
        await asyncio.sleep(WARM_UP_SECONDS)
        last = await asyncio.to_thread(create_mailings, operator)
        callers.reset()
        while datetime.now(UTC) < last + PATIENCE and await asyncio.to_thread(_count_sent, engine) < MESSAGES:  # noqa: ASYNC110
            await asyncio.sleep(1)
        done.set()
        await asking
    return callers


def _count_sent(engine: Engine) -> int:
    with engine.connect() as connection:
        query = text("SELECT COALESCE(sum(n), 0) FROM mailing_count WHERE status = 'sent'")
        return int(connection.execute(query).scalar_one())


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def add_call_rows(results: Results, callers: Callers) -> None:
    """Add a row for each kind of call, and one for all."""
    total = [each for seconds in callers.seconds.values() for each in seconds]
    errors = {name: len(callers.errors[name]) for name in callers.seconds}
    for name, seconds in [*sorted(callers.seconds.items()), ("all calls", total)]:
        results.add(
            what=name,
            number=len(seconds),
            errors=errors.get(name, sum(errors.values())),
            p50_ms=_percentile(seconds, 0.5) * 1000,
            p99_ms=_percentile(seconds, 0.99) * 1000,
        )
    for name, errors_of in callers.errors.items():
        print(f"{name}: {errors_of[:3]}", file=sys.stderr)
    results.limits.append(Limit("share of calls with an error", sum(errors.values()) / len(total), at_most=0))


def add_message_row(results: Results, engine: Engine, provider_url: str) -> None:
    """Add a row for the messages, from due time to the commit of the outcome."""
    with engine.connect() as connection:
        late = connection.execute(text(_LATE)).scalars().all()
        ids = connection.execute(text("SELECT id FROM mailing")).scalars().all()
        differences = reconciliation.reconcile(connection, ids).differences
    accepted = httpx.get(f"{provider_url}/stats", trust_env=False).raise_for_status().json()
    seconds = [float(each) for each in late]
    results.add(
        what="messages sent, from due to noted",
        number=len(seconds),
        errors=MESSAGES - len(seconds),
        p50_ms=_percentile(seconds, 0.5) * 1000,
        p99_ms=_percentile(seconds, 0.99) * 1000,
    )
    in_time = sum(1 for each in seconds if each <= IN_TIME.total_seconds()) / MESSAGES
    results.limits += [
        Limit("messages sent", len(seconds), at_least=MESSAGES),
        Limit("accepted by the provider", accepted["accepted_ids"], at_least=MESSAGES),
        Limit("accepted twice", accepted["duplicates"], at_most=0),
        Limit("counts that differ from the rows", len(differences), at_most=0),
        Limit(f"share sent within {IN_TIME.total_seconds():g} s of due", in_time, at_least=0.99),
    ]


@contextmanager
def admin(stack: LocalStack) -> Iterator[httpx.Client]:
    """Yield an HTTP client with an admin's token."""
    headers = {"Authorization": f"Bearer {stack.run('token').strip()}"}
    with httpx.Client(base_url=stack.described()["api_url"], headers=headers, timeout=120) as http:
        yield http


def main() -> None:
    """Measure and report."""
    results = Results("load")
    with own_stack(".local/load") as stack, admin(stack) as http:
        found = stack.described()
        engine = database.engine(found["database_url"])
        import_clients(http)
        callers = asyncio.run(run(http, engine))
        add_call_rows(results, callers)
        add_message_row(results, engine, found["provider_url"])
        engine.dispose()
    results.report()
    sys.exit(not all(each.holds for each in results.limits))


_LATE = """
    SELECT extract(epoch FROM message.sent_at - mailing.starts_at)
    FROM message JOIN mailing ON mailing.id = message.mailing_id WHERE message.status = 'sent'
"""


if __name__ == "__main__":
    main()
