"""Plan and enqueue: `python -m benchmarks.peers.celery_job.plan`, a mailing for every line of operator codes."""

import sys
from collections.abc import Sequence

from benchmarks.peers.celery_job import database
from benchmarks.peers.celery_job.app import app, send

_MAILING = "INSERT INTO mailing (text, ends_at) VALUES ('Hello', now() + interval '1 day') RETURNING id"
_MESSAGES = """
    INSERT INTO message (mailing_id, client_id)
    SELECT %(mailing_id)s, id FROM client WHERE operator_code = ANY(%(operator_codes)s) ORDER BY id RETURNING id
"""


def plan(operator_codes: Sequence[str]) -> list[int]:
    """Write the messages of a new mailing, and return their ids."""
    [[mailing_id]] = database.execute(_MAILING, {})
    values = {"mailing_id": mailing_id, "operator_codes": operator_codes}
    return [row[0] for row in database.execute(_MESSAGES, values)]


def enqueue(ids: Sequence[int]) -> None:
    """Enqueue a task for each message over one connection."""
    with app.producer_pool.acquire() as producer:
        for message_id in ids:
            send.apply_async((message_id,), producer=producer, retry=False)


if __name__ == "__main__":
    with app.producer_pool.acquire() as warm:
        warm.connection.ensure_connection()
    for line in sys.stdin:
        enqueue(plan(line.split()))
