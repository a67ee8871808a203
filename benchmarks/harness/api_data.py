"""A database after long use: clients with tags, mailings, and one mailing with very many messages."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from benchmarks.harness.api_caller import TAG
from benchmarks.harness.audience import add_clients, add_mailing
from benchmarks.harness.postgres import settle_down
from benchmarks.measurements import statistics

MAILINGS = 200
# A tenth of the clients have the tag that lists are filtered by.
TAGGED = 10
CLIENTS_AT_MOST = 1_000_000

_TAG = "INSERT INTO tag (name, key) VALUES (:name, :name) RETURNING id"
_TAGGED = "INSERT INTO client_tag (client_id, tag_id) SELECT id, :tag_id FROM client WHERE mod(id, :every) = 0"
_NAMES = "INSERT INTO attribute (name) VALUES ('name')"


def fill(engine: Engine, rows: int) -> tuple[int, int]:
    """Insert `rows` messages and as many clients, up to a million.

    Returns:
        The number of clients and the large mailing's id.
    """
    clients = min(rows, CLIENTS_AT_MOST)
    add_clients(engine, clients)
    with engine.begin() as connection:
        tag_id = connection.execute(text(_TAG), {"name": TAG}).scalar_one()
        connection.execute(text(_TAGGED), {"tag_id": tag_id, "every": TAGGED})
        connection.execute(text(_NAMES))
    now = datetime.now(UTC)
    for _ in range(MAILINGS):
        add_mailing(engine, starts_at=now + timedelta(days=1))
    mailing_id = statistics.make(engine, rows, now.replace(hour=0, minute=0, second=0, microsecond=0))
    settle_down(engine)
    return clients, mailing_id
