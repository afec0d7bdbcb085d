"""`${…}` in values."""

from pathlib import Path

import pytest

from mailbot.settings.references import Resolved, resolve
from mailbot.yaml_file import parse_yaml


def resolved(value: str, folder: Path, *, secrets: bool = True, **environ: str) -> Resolved:
    return resolve(parse_yaml("f.yaml", f"key: '{value}'\n".encode()), folder, environ, secrets=secrets)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${NAME}", "word"),
        ("a ${NAME} b ${NAME}", "a word b word"),
        ("${file:secret}", "from a file"),
        ("${file:$FOLDER/secret}", "from a file"),
        ("${command:printf hello}", "hello"),
        ("$NAME", "$NAME"),
        ("50 $", "50 $"),
    ],
)
def test_a_reference_is_replaced(tmp_path: Path, value: str, expected: str) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    done = resolved(value, tmp_path, NAME="word", FOLDER=str(tmp_path))
    assert (done.file.data, done.problems) == ({"key": expected}, ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${NAME}", "${NAME}: this environment variable is not set"),
        ("${env:NAME}", "${env:NAME}: expected ${NAME}, ${file:PATH} or ${command:PROGRAM ARGUMENT …}"),
        ("${command:false}", "${command:false}: the command failed (1): without a word"),
        ("${command:}", "${command:}: the command cannot be run: list index out of range"),
    ],
)
def test_one_that_leads_nowhere_is_named(tmp_path: Path, value: str, expected: str) -> None:
    assert [str(problem) for problem in resolved(value, tmp_path).problems] == [f"f.yaml:1:6: {expected}"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (problem,) = resolved("${file:absent}", tmp_path).problems
    assert problem.message == f"${{file:absent}}: {tmp_path / 'absent'} cannot be read: No such file or directory"


def test_without_secrets_nothing_is_run_and_nothing_read(tmp_path: Path) -> None:
    done = resolved("${command:touch ran}${file:absent}${NAME}${SET}", tmp_path, secrets=False, SET="x")
    assert done.file.data == {"key": "${command:touch ran}${file:absent}${NAME}x"}
    assert (done.problems, done.unresolved) == ((), {("key",)})
    assert not (tmp_path / "ran").exists()


def test_a_secret_that_looks_like_a_reference_is_not_resolved_again(tmp_path: Path) -> None:
    assert resolved("${NAME}", tmp_path, NAME="${OTHER}", OTHER="x").file.data == {"key": "${OTHER}"}
