"""One mailing to the sample clients, from the import to the last message, and the account of it."""

import time
from collections.abc import Iterator
from datetime import timedelta

from local.console import console, step
from local.demo import reconciliation
from local.demo.api import Api
from local.demo.progress import watch
from local.demo.reconciliation import Count
from local.secrets import Secrets
from local.servers.simulator import Calls
from local.settings import Settings
from local.stack.description import Stack
from tooling import paths
from tooling.errors import NotReconciled

SAMPLE = paths.ROOT / "samples/clients.csv"
TEXT = "Hello from the demo"
LASTS = timedelta(days=1)


def demo(settings: Settings, stack: Stack) -> None:
    """Send a mailing over the REST API and prove that all counts agree, else raise NotReconciled."""
    api = Api.as_admin(stack, Secrets.load(settings))
    with step("Clients imported") as current:
        imported = api.import_clients(SAMPLE.read_bytes())
        current.note = f"{imported.created} new, {imported.updated} known, {len(imported.refused)} refused"
    audience = api.count_clients()
    calls_before = _calls(settings)
    started = time.monotonic()
    mailing = watch(api, api.create_mailing(TEXT, lasts=LASTS))
    seconds = time.monotonic() - started
    counts = [
        Count("clients in the audience", mailing.stats.total, audience),
        Count("message rows in the database", reconciliation.rows_of(stack.database_url, mailing.id), audience),
        Count("differences of running counts", reconciliation.differences_of(stack.database_url, mailing.id), 0),
        Count("messages sent", mailing.stats.sent, audience),
        *_count_calls(settings, calls_before, audience),
    ]
    console.print(reconciliation.table(counts, seconds=seconds, sent=mailing.stats.sent))
    if not all(each.agrees for each in counts):
        raise NotReconciled(f"the counts of mailing {mailing.id} do not agree")


def _calls(settings: Settings) -> Calls | None:
    """What the stand-in has counted; None when another provider is used."""
    return Calls.read(settings) if settings.provider_url is None else None


def _count_calls(settings: Settings, before: Calls | None, audience: int) -> Iterator[Count]:
    after = _calls(settings)
    if before and after:
        yield Count("calls that the provider accepted", after.accepted_ids - before.accepted_ids, audience)
        yield Count("duplicates", after.duplicates - before.duplicates, 0)
