from benchmarks.measurements import cost
from tooling.paths import ROOT


def test_the_document_has_the_table_that_is_worked_out() -> None:
    assert cost.table() in (ROOT / "docs/cost.md").read_text()


def test_a_message_costs_a_small_part_of_a_cent() -> None:
    per_message = sum(item.per_million for item in cost.items()) / cost.MILLION
    assert 0 < per_message < 0.0001


def test_with_nothing_to_do_the_database_and_the_way_out_are_nearly_all() -> None:
    fixed = {item.what: item.fixed for item in cost.items()}
    assert (fixed["Aurora, capacity"] + fixed["NAT gateway, address, traffic"]) / sum(fixed.values()) > 0.85
