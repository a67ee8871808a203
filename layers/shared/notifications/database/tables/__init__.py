"""Tables of the database, by subject. A test compares them with the result of `migrations`."""

from notifications.database.tables.clients import (
    attribute,
    attribute_scan,
    client,
    client_default_timezone,
    client_tag,
    former_client,
    tag,
)
from notifications.database.tables.columns import metadata, sql_list
from notifications.database.tables.counters import (
    mailing_count,
    mailing_error,
    mailing_error_kind,
    mailing_group,
    mailing_hour,
    mailing_pace,
)
from notifications.database.tables.deliveries import delivery, early_receipt, mailing_delivery, receipt_check
from notifications.database.tables.dispatcher import dispatcher_trigger
from notifications.database.tables.imports import client_import, import_refusal, import_row
from notifications.database.tables.jobs import job
from notifications.database.tables.mailings import mailing, mailing_rate
from notifications.database.tables.messages import (
    FIRST_DIRECT_ID,
    attempt,
    direct_message,
    message,
    sent_text,
)
from notifications.database.tables.opt_outs import erased_phone, opt_out, reply
from notifications.database.tables.providers import hold, incident, provider, provider_rate
from notifications.database.tables.records import audit, dead_letter, idempotency, report

__all__ = [
    "FIRST_DIRECT_ID",
    "attempt",
    "attribute",
    "attribute_scan",
    "audit",
    "client",
    "client_default_timezone",
    "client_import",
    "client_tag",
    "dead_letter",
    "delivery",
    "direct_message",
    "dispatcher_trigger",
    "early_receipt",
    "erased_phone",
    "former_client",
    "hold",
    "idempotency",
    "import_refusal",
    "import_row",
    "incident",
    "job",
    "mailing",
    "mailing_count",
    "mailing_delivery",
    "mailing_error",
    "mailing_error_kind",
    "mailing_group",
    "mailing_hour",
    "mailing_pace",
    "mailing_rate",
    "message",
    "metadata",
    "opt_out",
    "provider",
    "provider_rate",
    "receipt_check",
    "reply",
    "report",
    "sent_text",
    "sql_list",
    "tag",
]
