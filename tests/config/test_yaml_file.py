"""The form of a YAML file: what is read, and what is said about a file that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.errors import ConfigurationError
from mailbot.yaml_file import parse_yaml, read_yaml


def mistakes(content: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_yaml("f.yaml", content if isinstance(content, bytes) else content.encode())
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("10:30", "10:30"),
        ("012", "012"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("2026-11-03", "2026-11-03"),
        (".inf", ".inf"),
        ("5", 5),
        ("-5", -5),
        ("1.50", 1.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"5"', "5"),
        ("'true'", "true"),
        ("9" * 30, "9" * 30),
    ],
)
def test_a_word_is_what_it_looks_like(written: str, value: object) -> None:
    assert parse_yaml("f.yaml", f"key: {written}\n".encode()).data == {"key": value}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "f.yaml:1:1: the file is empty, expected keys and values"),
        ("# only a comment\n", "f.yaml:1:1: the file is empty, expected keys and values"),
        ("- a\n- b\n", "f.yaml:1:1: found a list at the top, expected keys and values"),
        ("just words\n", 'f.yaml:1:1: found "just words" at the top, expected keys and values'),
        ("a: 1\nb: 2\na: 3\n", 'f.yaml:3:1: the key "a" is here twice; it is on line 1 already'),
        ("rules:\n\t- x\n", "f.yaml:2:1: a tab: YAML wants spaces here"),
        ("rules:\n  - name: a\n\tb: c\n", "f.yaml:3:1: a tab: YAML wants spaces here"),
        ("<<: {a: 1}\n", "f.yaml:1:1: merging with << is not allowed: write the keys out"),
        ("a: !!python/name:os.system x\n", 'f.yaml:1:4: the tag "tag:yaml.org,2002:python/name:os.system" is not allowed, only plain values'),  # noqa: E501
        ("a: *nobody\n", "f.yaml:1:4: not YAML: found undefined alias"),
        ("a: &a [*a]\n", "f.yaml:1:4: more than 50 levels deep: an alias (*name) that holds itself?"),
        ("---\na: 1\n---\nb: 2\n", "f.yaml:3:1: not YAML: but found another document (expected a single document in the stream from line 2)"),  # noqa: E501
        ("a: {b: ${X}}\n", "f.yaml:1:9: not YAML: did not find expected ',' or '}'; inside { } or [ ] a reference needs quotes: \"${NAME}\""),  # noqa: E501
        ("? [a]\n: 1\n", "f.yaml:1:3: a key must be plain text; a value in braces like ${NAME} needs quotes"),
        ("é: '€' \x07\n", "f.yaml:1:8: character 0x7: control characters are not allowed"),
        ("a: 1\n".encode("utf-16"), "f.yaml:1:1: the file is in UTF-16, expected UTF-8: save it as UTF-8"),
        ("a: 1\nb: Müük\n".encode("latin-1"), "f.yaml:2:5: byte 0xfc is not UTF-8: save the file as UTF-8"),
        (b"a: " + b"x" * 2_000_000, "f.yaml:1:1: the file is larger than 2 MB"),
    ],
)  # fmt: skip
def test_each_way_to_write_no_yaml_is_named_with_its_place(content: str | bytes, expected: str) -> None:
    assert mistakes(content) == [expected]


def test_aliases_that_repeat_aliases_are_given_up_on() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    assert "more than 100000 values" in mistakes(bomb)[0]


def test_brackets_without_end_are_given_up_on() -> None:
    assert len(mistakes("[" * 5000)) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert parse_yaml("f.yaml", b"\xef\xbb\xbfa: 1\n").data == {"a": 1}


def test_a_place_that_does_not_exist_is_shown_at_what_is_around_it() -> None:
    file = parse_yaml("f.yaml", b"a:\n  b: 1\n")
    assert str(file.problem(("a", "missing", 3), "?")) == "f.yaml:2:3: ?"
    assert str(file.problem(("a", "b"), "?", key=True)) == "f.yaml:2:3: ?"
    assert str(file.problem(("a", "b"), "?")) == "f.yaml:2:6: ?"


def test_a_file_that_is_not_there_is_a_mistake_of_the_configuration(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_yaml(tmp_path / "absent.yaml")


@given(st.text(max_size=200))
def test_any_text_is_either_data_or_a_named_mistake(text: str) -> None:
    try:
        assert isinstance(parse_yaml("f.yaml", text.encode("utf-8", "surrogatepass")).data, dict)
    except ConfigurationError as error:
        assert error.problems[0].line >= 1  # noqa: PT017
