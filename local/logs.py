"""Prints log lines of the local stack; a client may be given by phone."""

from sqlalchemy import text

from local.deployment.sam import STACK_NAME
from local.errors import BadSetting
from local.settings import Settings
from local.stack.description import Stack
from notifications.contracts.observability import mask_phone
from notifications.database.engine import engine
from ops.logs import lines
from ops.logs.filter import Subject

PHONE_DIGITS = 11


def show(settings: Settings, mailing: int | None, message: int | None, client: int | None) -> None:
    """Print the log lines about a mailing, a message or a client; `client` is an id or a phone."""
    stack, masked = Stack.read(settings), ""
    if client is not None and len(phone := str(client)) == PHONE_DIGITS:
        masked = mask_phone(phone)
        client = _client_id(stack.database_url, phone)
    lines.show(STACK_NAME, Subject(mailing, message, client, masked))


def _client_id(database_url: str, phone: str) -> int:
    with engine(database_url).connect() as connection:
        client_id = connection.scalar(text("SELECT id FROM client WHERE phone = :phone"), {"phone": phone})
    if client_id is None:
        raise BadSetting(f"no client has the phone {phone}. Phones are stored as digits, such as 79261234567")
    return int(client_id)
