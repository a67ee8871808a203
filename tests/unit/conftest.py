"""Unit tests reach no network: a test that needs a socket says so with `@pytest.mark.enable_socket`."""

import pytest
from hypothesis import settings

# A busy machine is no failure, so no example has a time limit.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("disable_socket")
