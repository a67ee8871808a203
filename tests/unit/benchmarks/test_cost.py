from benchmarks.measurements import cost
from tooling.paths import ROOT


def test_the_document_has_the_calculated_table() -> None:
    assert cost.table() in (ROOT / "docs/cost.md").read_text()


def test_a_message_costs_a_fraction_of_a_cent() -> None:
    per_message = sum(item.per_million for item in cost.items()) / cost.MILLION
    assert 0 < per_message < 0.0001


def test_database_and_nat_are_nearly_all_of_the_idle_cost() -> None:
    fixed = {item.what: item.fixed for item in cost.items()}
    assert (fixed["Aurora, capacity"] + fixed["NAT gateway, address, traffic"]) / sum(fixed.values()) > 0.85
