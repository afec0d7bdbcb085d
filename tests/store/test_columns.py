"""What goes into a column comes out again, as far as any database can keep it."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from mailbot.store.columns import Json, UTCDateTime, clean, key

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=10,
)
DIALECT = sqlite.dialect()


@given(ANY_TEXT)
def test_clean_text_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned


@given(st.text(max_size=1000), st.text(max_size=1000))
def test_keys_are_short_and_equal_only_for_equal_texts(one: str, other: str) -> None:
    assert len(key(one).encode()) < 2700 / 2
    assert key(key(one)) == key(one)
    assert (key(one) == key(other)) == (clean(one) == clean(other))


@given(PLAIN)
def test_plain_data_comes_back_from_json(data: object) -> None:
    stored = Json().process_bind_param(data, DIALECT)
    stored.encode()
    if clean(stored) == stored and "\\u0000" not in json.dumps(data):
        expected = json.loads(clean(json.dumps(data, ensure_ascii=False)))
        assert Json().process_result_value(stored, DIALECT) == expected


@given(st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_an_instant_comes_back_in_utc(instant: datetime) -> None:
    stored = UTCDateTime().process_bind_param(instant, DIALECT)
    assert stored is not None
    without_zone = stored.replace(tzinfo=None)  # what SQLite answers
    back = UTCDateTime().process_result_value(without_zone, DIALECT)
    assert back == instant.astimezone(UTC)
    assert UTCDateTime().process_result_value(instant, DIALECT) == back
