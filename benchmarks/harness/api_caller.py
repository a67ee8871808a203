"""An API instance that calls its own handler: `python -m benchmarks.harness.api_caller CLIENTS MAILING_ID`.

For every input line `NAME NUMBER` it makes that many calls, each for another client, and prints the milliseconds of
each call in the handler. `DATABASE_URL` names the database; the dispatcher is not invoked.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from api.app import handler
from tests.support.functions.gateway import event, user
from tests.support.functions.invocations import Context, Functions

# Fields of every created client, here and at the peer.
NEW = {"timezone": "Asia/Omsk", "tags": ["vip", "new"], "attributes": {"name": "Ann"}}
TAG = "vip"
SUCCESS = (200, 201)

type Request = tuple[str, str, Any]


def new_clients() -> Iterator[dict[str, Any]]:
    """Generate clients whose phones are not in the database."""
    for number in range(10**7):
        yield NEW | {"phone": f"7800{number:07d}"}


def requests(clients: int, mailing_id: int) -> dict[str, Callable[[], Request]]:
    """Return the functions that build the next request, by the call's name."""
    chance, new = random.Random(0), new_clients()

    def phone() -> str:
        return f"7{9_000_000_000 + chance.randint(1, clients)}"

    def mailing() -> dict[str, Any]:
        now = datetime.now(UTC) + timedelta(days=1)
        times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=1)).isoformat()}
        return {"text": "Hello {name}", "filter": {"tags": [TAG]}} | times

    def change() -> dict[str, str]:
        return {"timezone": chance.choice(("Europe/Moscow", "Asia/Omsk", "Asia/Tomsk"))}

    return {
        "create client": lambda: ("POST", "client/", next(new)),
        "get client": lambda: ("GET", f"client/{phone()}/", None),
        "messages of a client": lambda: ("GET", f"client/{phone()}/message/", None),
        "list clients by tag": lambda: ("GET", f"client/?tag={TAG}", None),
        "search clients by last digits": lambda: ("GET", f"client/?search={chance.randint(1000, 9999)}", None),
        "patch client": lambda: ("PATCH", f"client/{phone()}/", change()),
        "create mailing": lambda: ("POST", "mailing/", mailing()),
        "get mailing": lambda: ("GET", f"mailing/{mailing_id}/", None),
        "list mailings": lambda: ("GET", "mailing/", None),
        "statistics of a mailing": lambda: ("GET", f"statistic/{mailing_id}/", None),
    }


def milliseconds(method: str, url: str, body: Any) -> float:
    """Return the milliseconds that the handler takes for a request. Assert that it succeeds."""
    headers = {} if body is None else {"Content-Type": "application/json"}
    text = None if body is None else json.dumps(body)
    asked = event(method, f"/api/v1/{url}", text, headers=headers, claims=user("admin"))
    began = time.perf_counter()
    answer = handler(asked, Context())
    took = (time.perf_counter() - began) * 1000
    assert answer["statusCode"] in SUCCESS, answer
    return took


def main() -> None:
    """Make the calls of each input line until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # Discard the logs.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    Functions()
    known = requests(int(sys.argv[1]), int(sys.argv[2]))
    for line in sys.stdin:
        name, _, number = line.strip().rpartition(" ")
        taken = [milliseconds(*known[name]()) for _ in range(int(number))]
        print(json.dumps(taken), file=answers, flush=True)


if __name__ == "__main__":
    main()
