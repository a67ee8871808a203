"""The Celery application: `celery --app benchmarks.peers.celery_job.app worker`."""

import os
from typing import Any

import requests
from celery import Celery, Task
from requests.adapters import HTTPAdapter

from benchmarks.peers.celery_job import database

PROVIDER, TOKEN = os.environ["PEER_PROVIDER"], "token"
SECONDS_AT_MOST = 10
CALLS_AT_ONCE = 200
ATTEMPTS = 8

app = Celery("mailings", broker=os.environ["PEER_BROKER"])
app.conf.update(
    # The task of a dead worker is run by another one; the claim prevents a second send.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_disable_rate_limits=True,
    broker_connection_retry_on_startup=True,
    # Each greenlet acknowledges over a connection of its own; kombu's default of 10 loses acknowledgements.
    broker_transport_options={"visibility_timeout": 600, "max_connections": 1_000},
)

session = requests.Session()
session.headers["Authorization"] = f"Bearer {TOKEN}"
session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=CALLS_AT_ONCE))
# Without it, each call would search for proxies and a .netrc, which costs as much as the call.
session.trust_env = False

# Claims and reads a message in one statement.
_CLAIM = """
    UPDATE message SET status = 'sending', attempts = attempts + 1
    FROM client, mailing
    WHERE message.id = %(id)s AND message.status = 'pending' AND client.id = message.client_id
      AND mailing.id = message.mailing_id AND mailing.ends_at > now()
    RETURNING client.phone, mailing.text
"""
_SENT = "UPDATE message SET status = 'sent', error = NULL, sent_at = now() WHERE id = %(id)s"
_FAILED = "UPDATE message SET status = %(status)s, error = %(error)s WHERE id = %(id)s"


class Rejected(Exception):
    """The provider refuses the message for good."""


def call(message_id: int, phone: str, text: str) -> None:
    """Send a message to the provider. Any error but Rejected is temporary."""
    body: Any = {"id": message_id, "phone": int(phone), "text": text}
    answer = session.post(f"{PROVIDER}/v1/send/{message_id}", json=body, timeout=SECONDS_AT_MOST)
    if answer.status_code == requests.codes.bad_request:
        raise Rejected(answer.text)
    answer.raise_for_status()
    if answer.json()["code"] != 0:
        raise ValueError(answer.text)


@app.task(bind=True, name="send", max_retries=ATTEMPTS - 1)
def send(self: Task[Any, Any], message_id: int) -> None:
    """Send one message unless another task has claimed it. Retry if the provider failed."""
    claimed = database.execute(_CLAIM, {"id": message_id})
    if not claimed:
        return
    try:
        call(message_id, *claimed[0])
    except (requests.RequestException, ValueError, KeyError, Rejected) as error:
        is_last = isinstance(error, Rejected) or self.request.retries == self.max_retries
        status = "failed" if is_last else "pending"
        database.execute(_FAILED, {"id": message_id, "status": status, "error": str(error)})
        if not is_last:
            raise self.retry(countdown=min(30 * 2**self.request.retries, 3600)) from error
    else:
        database.execute(_SENT, {"id": message_id})
