"""Messages that are blank or too long for their client: failed without a call."""

import pytest
from sqlalchemy import text

from provider_simulator import Simulator
from tests.support.sender.scenario import SenderScenario, client_of


@pytest.mark.parametrize(
    ("template", "value", "code"),
    [
        ("{x|}", "", "text_blank"),
        ("{x|}", "\u200b", "text_blank"),
        ("{x} {x}", "я" * 400, "text_segments"),
        ("{x}" * 5, "a" * 1_000, "text_length"),
        ("{x}", " ", "missing_value"),
    ],
)
def test_a_message_that_cannot_be_sent_fails_without_a_call(
    scenario: SenderScenario, served: Simulator, template: str, value: str, code: str
) -> None:
    scenario.fill(1)
    with scenario.engine.begin() as connection:
        connection.execute(text("UPDATE mailing SET text = :text"), {"text": template})
        connection.execute(text("UPDATE client SET attributes = jsonb_build_object('x', :x ::text)"), {"x": value})
    scenario.send(client_of(served.url))
    row = scenario.row()
    assert (row.status, row.last_error_code, row.attempts, scenario.attempts()) == ("failed", code, 0, [])
    assert served.provider.ledger.max_in_flight == 0
    assert scenario.statuses() == {"failed": 1}
