"""Deliveries of the demo's mailing: waits until the service has applied the provider's receipts."""

import time
from datetime import timedelta

from local.demo import reconciliation
from local.demo.reconciliation import Count
from local.servers.simulator import CallCounts, call_counts
from local.settings import Settings
from notifications.contracts.enumerations import Delivery
from tooling.console import step

DELIVERIES = "SELECT count(*) FROM delivery WHERE mailing_id = :mailing_id AND state = :state"
POLL_SECONDS = 0.25
# Receipts come within about seven seconds, and are applied within a few.
TIMEOUT = timedelta(seconds=30)


def watch(settings: Settings, database_url: str, mailing_id: int, before: CallCounts) -> list[Count]:
    """Wait at most `TIMEOUT` until all receipts are sent and applied.

    Returns:
        The number of delivered messages, expected to be that of `delivered` receipts that the API has accepted since,
        and the number of receipts that it has refused, expected to be 0.
    """
    deadline = time.monotonic() + TIMEOUT.total_seconds()
    with step("Receipts") as current:
        while True:
            calls = call_counts(settings) or before
            accepted = calls.receipts_acknowledged - before.receipts_acknowledged
            found = reconciliation.count(database_url, DELIVERIES, mailing_id=mailing_id, state=Delivery.DELIVERED)
            delivered = Count("messages delivered", found, accepted[Delivery.DELIVERED])
            is_over = delivered.is_expected and not calls.receipts_waiting
            if is_over or time.monotonic() > deadline:
                current.note = f"{accepted.total()} accepted"
                return [delivered, Count("receipts refused", calls.receipts_refused - before.receipts_refused, 0)]
            time.sleep(POLL_SECONDS)
