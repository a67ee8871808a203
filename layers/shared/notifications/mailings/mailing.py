"""Mailings: their settings, and stored mailings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from notifications.contracts.enumerations import Category, MailingStatus, OnUnknown
from notifications.schedules.send_windows import SendWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingSettings:
    """Settings of a mailing: the columns that a caller of the API sets.

    Attributes:
        window_start, window_end: hours of the client's local time; None for any hour.
        max_rate: messages per second; None for no limit but the provider's.
    """

    text: str
    starts_at: datetime
    ends_at: datetime
    filter_tags: Sequence[str] = ()
    filter_operator_codes: Sequence[str] = ()
    window_start: time | None = None
    window_end: time | None = None
    max_rate: int | None = None
    on_unknown: OnUnknown
    category: Category = Category.MARKETING

    @property
    def send_window(self) -> SendWindow | None:
        """Return the send window; None for any hour."""
        return SendWindow.between(self.window_start, self.window_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing(MailingSettings):
    """A stored mailing.

    Attributes:
        plan_position: the last client id that was planned.
        plan_until: the last client id of the audience; None until the audience is fixed.
        planned_at: time at which all messages were written.
        next_slot_at: earliest send time of the next message by `max_rate`.
        paused_at: time at which the last pause began.
        rate_lag: how far sending is behind `max_rate`; None if nothing was released at a rate.
        schedule_version: incremented by each change on which due times depend.
        rescheduled_version: version that the due times of all messages follow.
        reschedule_position: the last message id whose due time follows the newest version.
    """

    id: int
    status: MailingStatus
    plan_position: int
    plan_until: int | None
    planned_at: datetime | None
    next_slot_at: datetime | None
    paused_at: datetime | None
    rate_lag: timedelta | None
    finished_at: datetime | None
    schedule_version: int
    rescheduled_version: int
    reschedule_position: int
    created_at: datetime
