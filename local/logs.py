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

# A shorter number is an id, and a longer one a phone. One of a length between is a phone if a client has it.
MIN_PHONE_DIGITS, MAX_ID_DIGITS = 7, 9


def show(settings: Settings, mailing: int | None, message: int | None, client: int | None) -> None:
    """Print the log lines about a mailing, a message or a client; `client` is an id or a phone."""
    stack, masked = Stack.read(settings), ""
    if client is not None and len(phone := str(client)) >= MIN_PHONE_DIGITS:
        found = _client_id(stack.database_url, phone)
        if found is None and len(phone) > MAX_ID_DIGITS:
            raise BadSetting(f"no client has the phone {phone}. Give the digits with the country code, without +")
        if found is not None:
            client, masked = found, mask_phone(phone)
    lines.show(STACK_NAME, Subject(mailing, message, client, masked))


def _client_id(database_url: str, phone: str) -> int | None:
    with engine(database_url).connect() as connection:
        found: int | None = connection.scalar(text("SELECT id FROM client WHERE phone = :phone"), {"phone": phone})
    return found
