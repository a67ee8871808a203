from ops.logs.filter import Line, Subject, fields, matching


def line(second: int, message: str, **values: object) -> Line:
    return {"timestamp": f"2026-11-22 12:00:{second:02},000+0000", "message": message, "level": "INFO", **values}


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


def seconds(subject: Subject) -> list[int]:
    return [int(each["timestamp"][17:19]) for each in matching(LINES, subject)]


def test_lines_about_a_mailing() -> None:
    assert seconds(Subject(mailing=7)) == [1, 2, 4, 5, 9]


def test_lines_about_a_message_include_those_of_its_mailing_and_its_batches() -> None:
    assert seconds(Subject(message=42)) == [1, 2, 3, 5, 6, 9]


def test_lines_about_a_client_include_those_of_its_messages() -> None:
    assert seconds(Subject(client=3)) == [1, 2, 3, 5, 6, 7, 9]


def test_no_line_is_about_an_unknown_message() -> None:
    assert seconds(Subject(message=1000)) == []


def test_common_and_empty_fields_are_left_out() -> None:
    assert fields(LINES[3] | {"error": None, "service": "sender"}) == {"message_ids": 2}


def test_api_calls_about_a_client_are_found_by_phone() -> None:
    call = line(0, "API called", path="/api/v1/client/7926*****67/")
    assert matching([*LINES, call], Subject(client=3, phone="7926*****67"))[0] is call
