"""Clients of the chaos run, the same for the same number."""

import random

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Irkutsk"),
    *("Asia/Vladivostok", "Asia/Kamchatka", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"),
)


def tag_of(clients: int) -> str:
    """Return the tag of an audience of this size."""
    return f"chaos-{clients}"


def csv_of(clients: int) -> bytes:
    """Return a CSV file with this number of clients."""
    chance = random.Random(clients)
    lines = (f"{79_000_000_000 + number},,{tag_of(clients)},{chance.choice(ZONES)}" for number in range(clients))
    return "\n".join(("phone,operator_code,tags,timezone", *lines)).encode()
