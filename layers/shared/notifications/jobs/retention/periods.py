"""Periods for which rows are kept, by subject: parameters of the stack and fixed ones."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from notifications.contracts.enumerations import RetentionSubject
from notifications.contracts.settings import Settings
from notifications.database import idempotency

type Days = Mapping[RetentionSubject, int]

# Days that no parameter sets. Zero: removed as soon as nothing refers to the row.
FIXED_DAYS: Days = {
    RetentionSubject.IDEMPOTENCY_KEYS: idempotency.KEPT_FOR // timedelta(days=1),
    RetentionSubject.HOLDS: 0,
    RetentionSubject.FORMER_CLIENTS: 0,
}


class RetentionSettings(Settings):
    """Days for which rows are kept."""

    message_retention_days: int = Field(default=365, ge=1)
    text_retention_days: int = Field(default=90, ge=1)
    attempt_retention_days: int = Field(default=90, ge=1)
    audit_retention_days: int = Field(default=1095, ge=1)
    import_retention_days: int = Field(default=90, ge=1)
    job_retention_days: int = Field(default=90, ge=1)

    def retention_days(self) -> Days:
        """Return the days of every subject."""
        return {
            RetentionSubject.MESSAGES: self.message_retention_days,
            RetentionSubject.TEXTS: self.text_retention_days,
            RetentionSubject.ATTEMPTS: self.attempt_retention_days,
            RetentionSubject.AUDIT_ENTRIES: self.audit_retention_days,
            RetentionSubject.IMPORTS: self.import_retention_days,
            RetentionSubject.JOBS: self.job_retention_days,
            RetentionSubject.REPLIES: self.message_retention_days,
            **FIXED_DAYS,
        }
