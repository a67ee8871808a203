"""Creates clients from its input: `python -m benchmarks.peers.drf_api CLIENTS`.

Makes its tables with CLIENTS clients. Then, for every line of JSON bodies, it calls the WSGI application with each
body, without a socket, and prints the milliseconds of each call.
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
    """Create the tables and their clients."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, [clients])
        cursor.execute("VACUUM ANALYZE")


def milliseconds(application: Any, body: str) -> float:
    """Return the milliseconds of one call. Assert that it creates a client."""
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
