from ops.log_filter import Line, Subject, facts, story


def line(second: int, message: str, **facts: object) -> Line:
    return {"timestamp": f"2026-11-22 12:00:{second:02},000+0000", "message": message, "level": "INFO", **facts}


LINES = [
    line(9, "provider called", message_id=42, mailing_id=7, client_id=3, outcome="sent"),
    line(1, "messages planned", mailing_id=7),
    line(2, "messages released", mailing_id=7, message_ids=[41, 42]),
    line(3, "messages claimed", message_ids=[41, 42], left=[]),
    line(4, "provider called", message_id=41, mailing_id=7, client_id=2, outcome="sent"),
    line(5, "provider called", message_id=42, mailing_id=7, client_id=3, outcome="pending"),
    line(6, "messages claimed", message_ids=[50], left=[42]),
    line(7, "provider called", message_id=60, mailing_id=8, client_id=3, outcome="sent"),
    line(7, "messages planned", mailing_id=9),
    line(8, "tick"),
]


def told(subject: Subject) -> list[int]:
    return [int(each["timestamp"][17:19]) for each in story(LINES, subject)]


def test_a_mailing_s_story() -> None:
    assert told(Subject(mailing=7)) == [1, 2, 4, 5, 9]


def test_a_message_s_story_has_its_mailing_s_and_every_batch_that_it_was_in() -> None:
    assert told(Subject(message=42)) == [1, 2, 3, 5, 6, 9]


def test_a_client_s_story_has_those_of_its_messages() -> None:
    assert told(Subject(client=3)) == [1, 2, 3, 5, 6, 7, 9]


def test_nobody_s_story() -> None:
    assert told(Subject(message=1000)) == []


def test_facts_leave_out_the_frame_and_what_is_empty() -> None:
    assert facts(LINES[3] | {"error": None, "service": "sender"}) == {"message_ids": 2}


def test_a_client_s_phone_finds_the_calls_on_it() -> None:
    call = line(0, "API called", path="/api/v1/client/7926*****67/")
    assert story([*LINES, call], Subject(client=3, phone="7926*****67"))[0] is call
