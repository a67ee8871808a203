"""Clients of the chaos run, the same for the same number."""

import random

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Irkutsk"),
    *("Asia/Vladivostok", "Asia/Kamchatka", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"),
)


def tag_of(clients: int) -> str:
    """Return the tag of an audience of this size."""
    return f"chaos-{clients}"


def phone_of(number: int) -> str:
    """Return the phone of a client by number, from 0."""
    return str(79_000_000_000 + number)


def phones_of(clients: int) -> list[str]:
    """Return the phones of an audience of this size."""
    return [phone_of(number) for number in range(clients)]


def csv_of(clients: int) -> bytes:
    """Return a CSV file with this number of clients."""
    chance = random.Random(clients)
    lines = (f"{phone},,{tag_of(clients)},{chance.choice(ZONES)}" for phone in phones_of(clients))
    return "\n".join(("phone,operator_code,tags,timezone", *lines)).encode()
