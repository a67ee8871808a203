"""Creates clients as it is told: `python -m benchmarks.peers.drf_api CLIENTS`.

Makes its tables with so many clients; then, for every line of JSON bodies, calls the WSGI application with each, no
socket between, and prints the milliseconds that each took.
"""

import json
import os
import sys
import time
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.drf_api.settings"

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory

_CLIENTS = """
    INSERT INTO client (phone, operator_code, timezone, attributes, created_at, updated_at)
    SELECT '7' || CAST(9000000000 + n AS text), CAST(900 + mod(n, 80) AS text), 'Europe/Moscow', '{}', now(), now()
    FROM generate_series(1, %s) AS n
"""
CREATED = "201"


def make_tables(clients: int) -> None:
    """The tables, with clients."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, [clients])
        cursor.execute("VACUUM ANALYZE")


def milliseconds(application: Any, body: str) -> float:
    """How long one call takes; it must create."""
    environ = (
        RequestFactory()
        .post("/api/v1/client/", body, content_type="application/json", headers={"X-Groups": "admin"})
        .environ
    )
    statuses: list[str] = []
    began = time.perf_counter()
    answer = application(environ, lambda status, _: statuses.append(status))
    content = b"".join(answer)
    answer.close()
    took = (time.perf_counter() - began) * 1000
    assert statuses[0].startswith(CREATED), content
    return took


if __name__ == "__main__":
    wsgi = get_wsgi_application()
    make_tables(int(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps([milliseconds(wsgi, json.dumps(each)) for each in json.loads(line)]), flush=True)
