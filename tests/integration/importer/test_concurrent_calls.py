"""A client that another call creates while its row is being imported keeps what the row does not give."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

from sqlalchemy import Engine, create_engine, text

from tests.support.functions.api import api_over
from tests.support.functions.gateway import Answer
from tests.support.importer.scenario import ImportScenario

ROWS = "phone,name\n79260000001,Ann\n79260000002,Bo\n"
CREATED = text("""
    INSERT INTO client (phone, operator_code, timezone, attributes)
    VALUES ('79260000002', '903', 'Asia/Omsk', '{"age": 18}')
""")
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
EXPECTED = [
    ("79260000001", "926", "Europe/Moscow", {"name": "Ann"}),
    ("79260000002", "903", "Asia/Omsk", {"name": "Bo", "age": 18}),
]


@contextmanager
def creating(engine: Engine, work: Callable[[], object]) -> Iterator[Future[object]]:
    """Start the work while another transaction creates a client, and commit that when the work waits for it."""
    other = create_engine(engine.url)
    with ThreadPoolExecutor(1) as pool:
        with other.begin() as connection:
            connection.execute(CREATED)
            future = pool.submit(work)
            with other.connect().execution_options(isolation_level="AUTOCOMMIT") as observer:
                while not observer.execute(WAITING).scalar_one():
                    assert not future.done(), future.result()
                    sleep(0.01)
        yield future
    other.dispose()


def test_an_import_by_the_importer(scenario: ImportScenario) -> None:
    scenario.default_timezone = "Europe/Moscow"
    import_id = scenario.start(ROWS)
    with creating(scenario.engine, scenario.run) as running:
        running.result()
    assert [each[:4] for each in scenario.clients()] == EXPECTED
    assert scenario.counts(import_id) == (2, 1, 1, 0, 0)
    assert scenario.scalar("SELECT count(*) FROM client_default_timezone") == 1


def test_an_import_by_the_api(scenario: ImportScenario) -> None:
    call = api_over(scenario.engine, default_timezone="Europe/Moscow")
    with creating(scenario.engine, lambda: call("POST", "client/import/", ROWS)) as importing:
        answer = importing.result()
    assert isinstance(answer, Answer)
    assert (answer.json["created"], answer.json["updated"]) == (1, 1)
    assert [each[:4] for each in scenario.clients()] == EXPECTED
