"""Sends a mailing to the sample clients, and compares all its counts."""

import time
from collections.abc import Iterator

import httpx

from local.demo import deliveries, mailing, reconciliation
from local.demo.reconciliation import Count
from local.errors import NotReconciled
from local.secrets import Secrets
from local.servers.simulator import CallCounts, call_counts
from local.settings import Settings
from local.stack.description import Stack
from notifications.contracts.enumerations import MessageStatus
from ops import users
from tooling import paths
from tooling.console import console, step

SAMPLE = paths.ROOT / "samples/clients.csv"
CLIENTS = "SELECT count(*) FROM client"
MESSAGES = "SELECT count(*) FROM message WHERE mailing_id = :mailing_id"
# A function's first call also starts it.
TIMEOUT_SECONDS = 60


def demo(settings: Settings, stack: Stack) -> None:
    """Import the sample clients, send them a mailing, and print the counts.

    Raises:
        NotReconciled: the mailing makes no progress, or two counts differ.
    """
    admin, url = Secrets.load(settings).admin, stack.database_url
    token = users.token(stack.user_pool_client_id, admin.email, admin.password)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=TIMEOUT_SECONDS) as api:
        _import_clients(api)
        audience, calls = reconciliation.count(url, CLIENTS), call_counts(settings)
        started = time.monotonic()
        mailing_id = mailing.create(api)
        stats = mailing.watch(api, mailing_id)
    seconds = time.monotonic() - started
    counts = [
        Count("clients in the audience", stats["total"], audience),
        Count("message rows in the database", reconciliation.count(url, MESSAGES, mailing_id=mailing_id), audience),
        Count("differences of running counts", reconciliation.count_differences(url, mailing_id), 0),
        Count("messages sent", stats[MessageStatus.SENT], audience),
        *_new_calls(calls, call_counts(settings), audience),
        *(deliveries.watch(settings, url, mailing_id, calls) if calls else ()),
    ]
    console.print(reconciliation.table(counts, seconds=seconds, sent=stats[MessageStatus.SENT]))
    if not all(each.is_expected for each in counts):
        raise NotReconciled(f"counts marked FAIL differ. Look for the cause with: make logs MAILING={mailing_id}")


def _import_clients(api: httpx.Client) -> None:
    with step("Clients imported") as current:
        csv = {"Content-Type": "text/csv"}
        done = mailing.call(api, "POST", "client/import/", content=SAMPLE.read_bytes(), headers=csv)
        current.note = f"{done['created']} new, {done['updated']} known, {len(done['refused'])} refused"


def _new_calls(before: CallCounts | None, after: CallCounts | None, audience: int) -> Iterator[Count]:
    if before and after:
        yield Count("calls that the provider accepted", after.accepted_ids - before.accepted_ids, audience)
        yield Count("duplicates", after.duplicates - before.duplicates, 0)
