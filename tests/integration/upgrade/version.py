"""Runs the functions of the version on the path: `python -m tests.integration.upgrade.version api|mailings`.

Prints `ready` after ROUNDS rounds, and continues until a line on its standard input says that the database is
migrated. Then it runs ROUNDS more rounds and prints the number of all rounds as JSON. Any error ends it.
"""

import json
import select
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.support.functions.invocations import Functions

ROUNDS = 3
# The audience of the mailings.
CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone)
    SELECT '7926' || lpad(n::text, 7, '0'), '926', 'Europe/Moscow' FROM generate_series(1, :audience) AS n
"""


def use_api(functions: Functions, number: int) -> None:
    """Create, change, read and delete a client and a mailing over the API."""
    phone = f"7927{number:07d}"
    functions.ask("POST", "client/", {"phone": phone, "operator_code": "927", "timezone": "Europe/Moscow"})
    functions.ask("PATCH", f"client/{phone}/", {"timezone": "Asia/Omsk"})
    begins = datetime.now(UTC) + timedelta(days=1)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(days=1)).isoformat()}
    path = f"mailing/{functions.ask('POST', 'mailing/', {'text': 'Hello', 'filter': {'tags': []}} | times)['id']}/"
    functions.ask("PATCH", path, {"text": "Hello again"})
    for act in ("pause", "resume", "cancel"):
        functions.ask("POST", f"{path}{act}/")
    for read in ("client/", "mailing/", path, f"client/{phone}/", "statistic/", f"{path}message/"):
        functions.ask("GET", read)
    functions.ask("DELETE", path)
    functions.ask("DELETE", f"client/{phone}/")


def send_mailings(functions: Functions, _: int) -> None:
    """Send a mailing and a test send from start to end."""
    send_mailing(functions)
    send_test(functions)


def send_mailing(functions: Functions) -> None:
    now = datetime.now(UTC)
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    wanted = {"text": "Hello {phone}", "filter": {"operator_codes": ["926"]}} | times
    path = f"mailing/{functions.ask('POST', 'mailing/', wanted)['id']}/"
    functions.tick()
    sent = functions.send()
    functions.tick()
    found = functions.ask("GET", path)
    assert found["status"] == "finished", found
    assert found["stats"]["sent"] == sent > 0, found


def send_test(functions: Functions) -> None:
    created = functions.ask("POST", "mailing/test/", {"phone": "79260000001", "text": "Hello {phone}"})
    functions.tick()
    assert functions.send() == 1
    found = functions.ask("GET", f"mailing/test/{created['id']}/")
    assert found["status"] == "sent", found


ROLES: dict[str, Callable[[Functions, int], None]] = {"api": use_api, "mailings": send_mailings}


def main(role: str) -> None:
    functions, act, done = Functions(), ROLES[role], 0
    left = None
    while left != 0:
        act(functions, done)
        done += 1
        if done == ROUNDS:
            print("ready", flush=True)  # noqa: T201
        if left is None and done >= ROUNDS and select.select([sys.stdin], [], [], 0)[0]:
            left = ROUNDS
        elif left is not None:
            left -= 1
    print(json.dumps({"rounds": done}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
