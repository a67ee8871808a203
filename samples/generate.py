"""Prints the sample clients: `python samples/generate.py > samples/clients.csv`. The same ones every time."""

import csv
import random
import sys

CLIENTS = 1_000
SEED = 7

# Weights of time zones: the eleven of Russia roughly by population, and a few abroad.
ZONES = {
    "Europe/Kaliningrad": 10,
    "Europe/Moscow": 560,
    "Europe/Samara": 50,
    "Asia/Yekaterinburg": 130,
    "Asia/Omsk": 25,
    "Asia/Krasnoyarsk": 65,
    "Asia/Irkutsk": 35,
    "Asia/Yakutsk": 20,
    "Asia/Vladivostok": 30,
    "Asia/Magadan": 10,
    "Asia/Kamchatka": 10,
    "Asia/Almaty": 20,
    "Europe/Berlin": 15,
    "Asia/Kathmandu": 10,
    "America/New_York": 10,
}
# Codes that mobile operators use all over the country, and some that belong to one region.
EVERYWHERE = ("903", "905", "906", "909", "910", "915", "916", "917", "921", "925", "926", "929", "958", "960", "977")
BY_ZONE = {
    "Europe/Kaliningrad": ("911", "921", "981"),
    "Europe/Samara": ("917", "927", "937"),
    "Asia/Yekaterinburg": ("912", "922", "982"),
    "Asia/Omsk": ("913", "923", "951"),
    "Asia/Krasnoyarsk": ("913", "923", "983"),
    "Asia/Irkutsk": ("902", "914", "924"),
    "Asia/Yakutsk": ("914", "924", "984"),
    "Asia/Vladivostok": ("914", "924", "984"),
    "Asia/Magadan": ("914", "924"),
    "Asia/Kamchatka": ("914", "924"),
}
# Tags by the share of clients that have them.
TAGS = {"vip": 0.08, "new": 0.15, "loyal": 0.3, "discount": 0.25, "app": 0.4, "birthday-november": 0.08}
# Half of the clients in a zone are tagged with its largest city.
CITIES = {
    "Europe/Kaliningrad": "kaliningrad",
    "Europe/Moscow": "moscow",
    "Europe/Samara": "samara",
    "Asia/Yekaterinburg": "yekaterinburg",
    "Asia/Omsk": "omsk",
    "Asia/Krasnoyarsk": "krasnoyarsk",
    "Asia/Vladivostok": "vladivostok",
}
CITY_SHARE = 0.5


def main() -> None:
    """Print a CSV file for `POST client/import/`."""
    chance = random.Random(SEED)  # noqa: S311 - sample data, the same every time
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["phone", "operator_code", "tags", "timezone"])
    zones = [zone for zone, clients in ZONES.items() for _ in range(clients)]
    chance.shuffle(zones)
    for number, zone in zip(chance.sample(range(10_000_000), CLIENTS), zones, strict=True):
        code = chance.choice(BY_ZONE.get(zone, EVERYWHERE))
        tags = [tag for tag, share in TAGS.items() if chance.random() < share]
        if zone in CITIES and chance.random() < CITY_SHARE:
            tags.append(CITIES[zone])
        writer.writerow([f"7{code}{number:07d}", code, ";".join(tags), zone])


if __name__ == "__main__":
    main()
