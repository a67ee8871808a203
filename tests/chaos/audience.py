"""Clients of the proof's own, the same ones every time."""

import random

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Irkutsk"),
    *("Asia/Vladivostok", "Asia/Kamchatka", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"),
)


def tag_of(clients: int) -> str:
    """What so many clients are tagged with."""
    return f"chaos-{clients}"


def csv_of(clients: int) -> bytes:
    """So many clients, for the import."""
    chance = random.Random(clients)
    lines = (f"{79_000_000_000 + number},,{tag_of(clients)},{chance.choice(ZONES)}" for number in range(clients))
    return "\n".join(("phone,operator_code,tags,timezone", *lines)).encode()
