"""The schedule depends on the seed alone, and contains every fault."""

from provider_simulator.behaviour import Behaviour
from tests.chaos import schedule


def test_a_seed_always_gives_the_same_schedule_and_another_seed_a_different_one() -> None:
    assert schedule.kills(7, 30) == schedule.kills(7, 30)
    assert schedule.actions(7, 30) == schedule.actions(7, 30)
    assert schedule.kills(7, 30) != schedule.kills(8, 30)
    assert schedule.actions(7, 30) != schedule.actions(8, 30)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    short, long = schedule.actions(7, 30), schedule.actions(7, 60)
    assert long[: len(short)] == short
    assert all(act.at < 30 for act in short)


def test_a_round_contains_every_action_its_number_of_times() -> None:
    size = sum(schedule.ACTIONS.values())
    kinds = [act.kind for act in schedule.actions(7, 10 * size)][:size]
    assert {kind: kinds.count(kind) for kind in schedule.ACTIONS} == schedule.ACTIONS


def test_every_target_is_killed() -> None:
    assert {act.kind for act in schedule.kills(7, 600)} == set(schedule.TARGETS)


def test_the_provider_accepts_every_behaviour_and_always_rejects_repeats() -> None:
    given = [act.given for act in schedule.actions(7, 600) if act.kind == "behave"]
    assert all(Behaviour.model_validate(each).reject_repeats for each in given)
    kinds = {fault["kind"] for each in given for fault in each["faults"]}
    assert kinds == {*schedule.OUTAGES, *schedule.SPORADIC}
