from sqlalchemy import Engine, text

from notifications.texts.visibility import is_visible, visible_pattern

CODES = [code for code in (*range(1, 0x20000), *range(0xE0000, 0xE0200)) if not 0xD800 <= code <= 0xDFFF]


def test_postgresql_finds_the_same_characters_visible(engine: Engine) -> None:
    query = text("SELECT code FROM unnest(CAST(:codes AS int[])) AS code WHERE chr(code) ~ :pattern")
    with engine.connect() as connection:
        found = connection.execute(query, {"codes": CODES, "pattern": visible_pattern()}).scalars().all()
    assert set(found) == {code for code in CODES if is_visible(chr(code))}
