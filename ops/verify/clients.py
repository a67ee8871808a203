"""The ten clients that the checks import: phones that nobody has, and a tag of their own."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import ExitStack
from secrets import token_hex
from urllib.parse import quote

from ops.verify.api import Api
from ops.verify.results import Failed

# No operator has the code 945, so these numbers ring nowhere.
FIRST_PHONE = "79450000000"
COUNT = 10
TAG_PREFIX = "verify-"


def add_phone(parser: ArgumentParser) -> None:
    """Add the option that names the first phone."""
    parser.add_argument(
        "--phone", type=_phone, default=FIRST_PHONE, help=f"first of ten phones that get a message: {FIRST_PHONE}"
    )


def _phone(given: str) -> str:
    if not re.fullmatch("[1-9][0-9]{6,14}", given):
        raise ArgumentTypeError(f"{given} is no phone. Give 7 to 15 digits with the country code: PHONE={FIRST_PHONE}")
    return given


def phones_from(first: str) -> list[str]:
    """Return ten phones in a row."""
    return [str(int(first) + number) for number in range(COUNT)]


def require_free(api: Api, phones: list[str]) -> None:
    """Check that no phone belongs to a client, other than one that an interrupted run has left."""
    for phone in phones:
        client = api.find(f"client/{phone}/")
        if client and not all(tag.startswith(TAG_PREFIX) for tag in client["tags"] or ["other"]):
            raise Failed(f"{phone} is a client of yours. Name ten phones that are not: PHONE=first of them")


def import_clients(api: Api, phones: list[str], made: ExitStack) -> str:
    """Import clients with these phones and return their tag. They are deleted when `made` is closed."""
    tag = f"{TAG_PREFIX}{token_hex(4)}"
    made.callback(api.delete, f"tag/{quote(tag)}/")
    for phone in phones:
        made.callback(api.delete, f"client/{phone}/")
    rows = "".join(f"{phone},UTC,{tag}\n" for phone in phones)
    csv = {"Content-Type": "text/csv"}
    done = api.call("POST", "client/import/", content=f"phone,timezone,tags\n{rows}", headers=csv)
    if done["created"] + done["updated"] != COUNT:
        raise Failed(f"the import was answered with {done}")
    return tag
