import pytest

from notifications.contracts.errors import InvalidInput
from notifications.texts.storable import require_storable


def test_text_that_cannot_be_stored_is_refused_with_its_field() -> None:
    require_storable("city", "Saint\nPetersburg 🏰")
    with pytest.raises(InvalidInput, match=r"^city: must not have NUL"):
        require_storable("city", "\0")
