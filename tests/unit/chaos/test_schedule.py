"""The schedule follows from its seed, and everything that can go wrong comes."""

from provider_simulator.behaviour import Behaviour
from tests.chaos import schedule


def test_a_seed_gives_the_same_schedule_every_time_and_another_seed_another() -> None:
    assert schedule.kills(7, 30) == schedule.kills(7, 30)
    assert schedule.acts(7, 30) == schedule.acts(7, 30)
    assert schedule.kills(7, 30) != schedule.kills(8, 30)
    assert schedule.acts(7, 30) != schedule.acts(8, 30)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    short, long = schedule.acts(7, 30), schedule.acts(7, 60)
    assert long[: len(short)] == short
    assert all(act.at < 30 for act in short)


def test_nothing_comes_again_before_all_of_it_has_come() -> None:
    size = sum(schedule.DECK.values())
    kinds = [act.kind for act in schedule.acts(7, 10 * size)][:size]
    assert {kind: kinds.count(kind) for kind in schedule.DECK} == schedule.DECK


def test_every_victim_is_struck() -> None:
    assert {act.kind for act in schedule.kills(7, 600)} == set(schedule.VICTIMS)


def test_the_provider_takes_every_behaviour_and_always_rejects_repeats() -> None:
    given = [act.given for act in schedule.acts(7, 600) if act.kind == "behave"]
    assert all(Behaviour.model_validate(each).reject_repeats for each in given)
    kinds = {fault["kind"] for each in given for fault in each["faults"]}
    assert kinds == {*schedule.DOWN, *schedule.NOW_AND_THEN}
