"""A short run of schemathesis; `make fuzz-api` is the long one."""

from sqlalchemy import Engine

from tests.fuzz.fuzzing import fuzz


def test_schemathesis_finds_nothing(engine: Engine) -> None:
    assert fuzz(engine, "--max-examples", "5", "--generation-deterministic", "--no-color") == 0
