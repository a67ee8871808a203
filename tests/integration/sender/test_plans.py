"""Query plans of the sender: a kept plan stays efficient when its tables grow."""

from collections.abc import Iterator
from itertools import batched, islice

import pytest
from sqlalchemy import TextClause, text

from notifications.database import engine as database
from notifications.database import sessions
from notifications.database.engine import autocommitting
from provider_simulator import Provider as SimulatedProvider
from tests.support.sender.scenario import SenderScenario, client_of

GROWING = "message, direct_message, attempt, client, mailing_count, sent_text"
READ_WHOLE = text(f"""
    SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(string_to_array('{GROWING}', ', '))
""")
ATTEMPTS_READ = text("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'attempt_pkey'")


@pytest.fixture
def scenario(scenario: SenderScenario, database_url: str) -> Iterator[SenderScenario]:
    """A scenario with the sender's database session."""
    scenario.engine = database.engine(database_url, sessions.SENDER)
    yield scenario
    scenario.engine.dispose()


def count(scenario: SenderScenario, statistic: TextClause) -> int:
    """Return the server's counters of read rows."""
    with autocommitting(scenario.engine).connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        found: int = connection.execute(statistic).scalar_one()
    return found


@pytest.mark.parametrize("statistic", [READ_WHOLE, ATTEMPTS_READ], ids=["whole tables", "attempts of others"])
def test_only_rows_of_the_batch_are_read_after_the_tables_have_grown(
    scenario: SenderScenario, url: str, simulated: SimulatedProvider, statistic: TextClause
) -> None:
    of_mailing = batched(scenario.fill(80), 4, strict=True)
    batches = ([*four, direct] for four, direct in zip(of_mailing, scenario.fill_direct(20), strict=True))
    for batch in islice(batches, 10):
        scenario.send(client_of(url), batch)
    # Kept plans are discarded and made again, as for new tables.
    with autocommitting(scenario.engine).connect() as connection:
        connection.execute(text("DELETE FROM attempt"))
        connection.execute(text(f"VACUUM ANALYZE {GROWING}"))
    before = count(scenario, statistic)
    for batch in batches:
        scenario.send(client_of(url), batch)
    assert simulated.ledger.requests == 100
    assert count(scenario, statistic) == before
