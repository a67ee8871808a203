"""Blocks sockets in unit tests, except in tests marked `@pytest.mark.enable_socket`."""

import pytest
from hypothesis import settings

# No example has a time limit, because a busy machine must not fail a test.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("disable_socket")
