"""Test sends: a mailing's text sent to one phone before the mailing is stored (`POST mailing/test/`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from notifications.contracts.enumerations import Category, Delivery, MessageKind, MessageStatus, OnUnknown
from notifications.contracts.errors import NotFound
from notifications.contracts.phrases import Params
from notifications.contracts.problem_codes import ProblemCode
from notifications.database.tables import delivery, direct_message, message

# Time after which an unsent test send expires.
LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSend:
    """A test send with its message's status.

    Attributes:
        phone: None if the data of the person was erased.
        text: the rendered text; None as `phone`, or if retention has removed it.
        delivery: by receipts; None without one.
        error, error_code, error_params: reason in English why it is not sent, its code and parameters; None for none.
    """

    id: int
    phone: str | None
    text: str | None
    category: Category
    status: MessageStatus
    delivery: Delivery | None
    error: str | None
    error_code: str | None
    error_params: Params | None
    created_at: datetime


_CREATE = text("""
    WITH direct AS (
        INSERT INTO direct_message (kind, phone, text, on_unknown, category, ends_at, created_at)
        VALUES (:kind, :phone, :text, :on_unknown, :category, :ends_at, :now)
        RETURNING message_id
    )
    INSERT INTO message (id, schedule_version, status, since, due_at, closes_at)
    OVERRIDING SYSTEM VALUE
    SELECT message_id, 0, 'pending', :now, :now, :ends_at FROM direct
    RETURNING id
""")
_GET = (
    select(
        message.c.id,
        direct_message.c.phone,
        direct_message.c.text,
        direct_message.c.category,
        message.c.status,
        delivery.c.state.label("delivery"),
        message.c.last_error.label("error"),
        message.c.last_error_code.label("error_code"),
        message.c.last_error_params.label("error_params"),
        direct_message.c.created_at,
    )
    .join_from(message, direct_message, direct_message.c.message_id == message.c.id)
    .outerjoin(delivery, delivery.c.message_id == message.c.id)
    .where(direct_message.c.kind == MessageKind.TEST)
)


def create(
    connection: Connection,
    *,
    phone: str,
    text: str,
    now: datetime,
    on_unknown: OnUnknown = OnUnknown.RESEND,
    category: Category = Category.MARKETING,
) -> TestSend:
    """Store a test send that is due now.

    Args:
        text: the rendered text.
    """
    values = {
        "phone": phone,
        "text": text,
        "on_unknown": on_unknown,
        "category": category,
        "ends_at": now + LIFETIME,
        "now": now,
    }
    created = connection.execute(_CREATE, {"kind": MessageKind.TEST, **values})
    return get(connection, created.scalar_one())


def get(connection: Connection, message_id: int) -> TestSend:
    """Return the test send with an id.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(_GET.where(message.c.id == message_id)).one_or_none()
    if row is None:
        raise NotFound(ProblemCode.TEST_SEND_NOT_FOUND, test_id=message_id)
    read = {
        "category": Category(row.category),
        "status": MessageStatus(row.status),
        "delivery": None if row.delivery is None else Delivery(row.delivery),
    }
    return TestSend(**{**row._mapping, **read})
