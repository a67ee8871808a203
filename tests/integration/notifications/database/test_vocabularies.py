"""The CHECK constraints of the migrated database allow the members of each vocabulary, and nothing else."""

import re
from enum import StrEnum

from sqlalchemy import Engine, text

from notifications.contracts.enumerations import (
    BreakerState,
    Category,
    Delivery,
    DeliveryGroup,
    JobKind,
    JobStatus,
    MailingStatus,
    MessageKind,
    MessageStatus,
    OnUnknown,
    OptOutScope,
    OptOutSource,
    RatePhase,
    ReplyEffect,
    ReplyKeyword,
)
from notifications.database import migrations

VOCABULARIES: dict[tuple[str, str], type[StrEnum]] = {
    ("message", "status"): MessageStatus,
    ("direct_message", "kind"): MessageKind,
    ("direct_message", "on_unknown"): OnUnknown,
    ("direct_message", "category"): Category,
    ("delivery", "state"): Delivery,
    ("reply", "keyword"): ReplyKeyword,
    ("reply", "effect"): ReplyEffect,
    ("mailing_delivery", "kind"): DeliveryGroup,
    ("mailing", "status"): MailingStatus,
    ("mailing", "on_unknown"): OnUnknown,
    ("mailing", "category"): Category,
    ("opt_out", "scope"): OptOutScope,
    ("opt_out", "source"): OptOutSource,
    ("provider", "state"): BreakerState,
    ("provider_rate", "phase"): RatePhase,
    ("job", "kind"): JobKind,
    ("job", "status"): JobStatus,
}
CONSTRAINTS = text("""
    SELECT conrelid::regclass::text AS table_name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
""")


def test_constraints_allow_the_members_of_each_vocabulary(fresh: Engine) -> None:
    migrations.upgrade(fresh)
    allowed: dict[tuple[str, str], set[str]] = {}
    with fresh.connect() as connection:
        for row in connection.execute(CONSTRAINTS):
            if listed := re.findall("'([^']*)'::text", row.definition):
                (column,) = re.findall(r"\((\w+) =", row.definition)
                allowed[row.table_name, column] = set(listed)
    assert allowed == {place: set(vocabulary) for place, vocabulary in VOCABULARIES.items()}
