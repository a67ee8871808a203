"""No claim commits after the opt-out of a person: waiting messages are suppressed, and so are those planned later."""

from collections.abc import Iterable, Sequence

import pytest
from sqlalchemy import Engine, text

from notifications import message_state
from notifications.clients import repository as clients
from notifications.clients.opt_outs import repository as opt_outs
from notifications.clients.opt_outs.opt_out import OptOut
from notifications.contracts.enumerations import OptOutScope, OptOutSource
from notifications.mailings import planning
from notifications.mailings import repository as mailings
from notifications.statistics import reconciliation
from tests.support.mailings.claims import claim_messages
from tests.support.sender.scenario import SenderScenario

# The scenario's first client.
PHONE = "79260000001"


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine)


def opt_out(scenario: SenderScenario, scope: OptOutScope = OptOutScope.ALL, phones: Iterable[str] = (PHONE,)) -> None:
    """Record opt-outs and commit."""
    with scenario.engine.begin() as connection:
        opt_outs.record(
            connection,
            [
                OptOut(phone=each, scope=scope, source=OptOutSource.OPERATOR, reason=None, at=scenario.now)
                for each in phones
            ],
        )


def suppress(scenario: SenderScenario) -> int:
    with scenario.engine.begin() as connection:
        return message_state.suppress(connection, [PHONE], now=scenario.now)


def claim(scenario: SenderScenario, *, requires_consent: bool = False) -> Sequence[int]:
    with scenario.engine.begin() as connection:
        return [
            each.id
            for each in claim_messages(connection, scenario.ids, now=scenario.now, requires_consent=requires_consent)
        ]


def assert_ended(scenario: SenderScenario, status: str, code: str | None) -> None:
    row = scenario.row()
    assert (row.status, row.last_error_code) == (status, code)
    with scenario.engine.connect() as connection:
        assert reconciliation.reconcile(connection, [1]).differences == []


def test_a_queued_message_is_not_claimed(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    opt_out(scenario)
    assert claim(scenario) == []
    assert_ended(scenario, "suppressed", "opted_out")


@pytest.mark.parametrize("status", ["pending", "queued"])
def test_waiting_messages_end_at_once(scenario: SenderScenario, status: str) -> None:
    scenario.fill(status=status)
    opt_out(scenario)
    assert suppress(scenario) == 1
    assert_ended(scenario, "suppressed", "opted_out")


def test_a_message_under_way_is_left_to_its_sender(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    assert claim(scenario) == scenario.ids
    opt_out(scenario)
    assert suppress(scenario) == 0
    assert_ended(scenario, "sending", None)


@pytest.mark.parametrize(
    ("scope", "category", "claimed"),
    [
        (OptOutScope.ALL, "marketing", False),
        (OptOutScope.ALL, "service", False),
        (OptOutScope.MARKETING, "marketing", False),
        (OptOutScope.MARKETING, "service", True),
    ],
)
def test_a_scope_covers_its_categories(
    scenario: SenderScenario, scope: OptOutScope, category: str, claimed: bool
) -> None:
    scenario.fill(status="queued")
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET category = :category"), {"category": category})
    opt_out(scenario, scope)
    assert suppress(scenario) == (0 if claimed else 1)
    assert claim(scenario) == (scenario.ids if claimed else [])


def test_a_message_in_doubt_ends_as_unknown(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE message SET in_doubt = true"))
    opt_out(scenario)
    assert suppress(scenario) == 1
    assert_ended(scenario, "unknown", "held")


def test_an_opt_out_outlives_its_client(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    opt_out(scenario)
    with scenario.engine.begin() as connection:
        clients.remove(connection, [clients.get(connection, PHONE).id], now=scenario.now)
    with scenario.engine.connect() as connection:
        assert opt_outs.find(connection, PHONE) is not None


def test_marketing_needs_consent_where_it_is_required(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    assert claim(scenario, requires_consent=True) == []
    assert_ended(scenario, "suppressed", "no_consent")


def test_a_client_with_consent_is_messaged(scenario: SenderScenario) -> None:
    scenario.fill(status="queued")
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE client SET consent_at = now()"))
    assert claim(scenario, requires_consent=True) == scenario.ids


def test_a_mailing_plans_people_who_have_opted_out_as_suppressed(scenario: SenderScenario) -> None:
    scenario.fill(status="pending")
    opt_out(scenario)
    with scenario.engine.begin() as connection:
        connection.execute(text("DELETE FROM message"))
        connection.execute(text("DELETE FROM mailing_count"))
        connection.execute(text("UPDATE mailing SET plan_until = NULL, plan_position = 0, planned_at = NULL"))
        planning.begin(connection, 1)
        planning.plan_chunk(
            connection, mailings.get(connection, 1, lock=True), now=scenario.now, size=1000, requires_consent=False
        )
    row = scenario.row()
    assert (row.status, row.last_error_code) == ("suppressed", "opted_out")


def test_an_opt_out_is_widened_and_never_narrowed(scenario: SenderScenario) -> None:
    opt_out(scenario, OptOutScope.MARKETING)
    opt_out(scenario, OptOutScope.ALL)
    opt_out(scenario, OptOutScope.MARKETING)
    with scenario.engine.begin() as connection:
        found = opt_outs.lift(connection, PHONE)
        assert found is not None
        assert found.scope is OptOutScope.ALL
        assert opt_outs.lift(connection, PHONE) is None


def test_more_opt_outs_than_a_statement_has_parameters(scenario: SenderScenario) -> None:
    phones = [str(79000000000 + each) for each in range(15_000)]
    opt_out(scenario, OptOutScope.ALL, phones)
    with scenario.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM opt_out")) == len(phones)
