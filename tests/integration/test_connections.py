"""What the server is told of a connection."""

from sqlalchemy import Engine, text

from notifications.database import CONNECTIONS_PER_INSTANCE, IDLE_TIMEOUT


def test_an_instance_has_its_connections_and_leaves_none_behind(engine: Engine) -> None:
    assert engine.pool.size() == CONNECTIONS_PER_INSTANCE  # type: ignore[attr-defined]
    with engine.connect() as connection:
        wanted = text("SELECT current_setting('idle_session_timeout')::interval")
        assert connection.execute(wanted).scalar_one() == IDLE_TIMEOUT
