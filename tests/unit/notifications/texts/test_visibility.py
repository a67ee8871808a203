import re
import sys

from notifications.texts.visibility import is_visible, visible_pattern


def test_the_pattern_agrees_with_the_categories_of_all_characters() -> None:
    visible = re.compile(visible_pattern())
    wrong = [code for code in range(1, sys.maxunicode + 1) if is_visible(chr(code)) != bool(visible.match(chr(code)))]
    assert wrong == []
