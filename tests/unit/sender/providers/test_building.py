"""Clients of providers: which are kept, and which are built again."""

import pytest

from notifications.contracts.enumerations import ProviderKind
from notifications.providers.catalog import Catalog, ProviderSpec
from sender.providers.base import Provider, Unauthorized
from sender.providers.building import Clients, build_provider
from sender.providers.http import HttpProvider
from sender.providers.unusable import UnusableProvider
from tests.support.sender.outgoing import outgoing


def spec_of(name: str, url: str) -> ProviderSpec:
    return ProviderSpec(name=name, kind=ProviderKind.HTTP, url=url)


ALPHA, BETA = spec_of("alpha", "https://alpha.example.org"), spec_of("beta", "https://beta.example.org")


@pytest.fixture
def clients() -> Clients:
    return Clients(build_provider)


def test_each_provider_has_a_client_that_is_kept(clients: Clients) -> None:
    first = clients.of(Catalog.of([ALPHA, BETA]))
    assert {name: client.name for name, client in first.items()} == {"alpha": "alpha", "beta": "beta"}
    assert all(isinstance(client, HttpProvider) for client in first.values())
    assert clients.of(Catalog.of([ALPHA, BETA])) == first


def test_a_provider_whose_settings_have_changed_gets_another_client(clients: Clients) -> None:
    before = clients.of(Catalog.of([ALPHA, BETA]))
    after = clients.of(Catalog.of([ALPHA, BETA.model_copy(update={"weight": 0})]))
    assert after["alpha"] is before["alpha"]
    assert after["beta"] is not before["beta"]


def test_a_client_is_built_for_each_batch_while_its_settings_cannot_be_used() -> None:
    built: list[Provider] = [UnusableProvider("alpha", "no certificate"), build_provider(ALPHA)]
    clients = Clients(lambda _: built.pop(0))
    catalog = Catalog.of([ALPHA])
    assert isinstance(clients.of(catalog)["alpha"], UnusableProvider)
    mended = clients.of(catalog)["alpha"]
    assert isinstance(mended, HttpProvider)
    assert clients.of(catalog)["alpha"] is mended


def test_while_the_list_cannot_be_used_every_call_is_refused_with_its_error(clients: Clients) -> None:
    ((name, client),) = clients.of(Catalog.unusable("providers[0].name: is missing")).items()
    assert name == client.name == "unusable-list"
    with pytest.raises(Unauthorized, match=r"providers\[0\].name: is missing"):
        client.send(outgoing()).__await__().send(None)
