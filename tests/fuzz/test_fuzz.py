"""A bounded run of the fuzzer that `make fuzz` lets run for as long as one likes."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.seeds import seeds
from mailbot.reading.reader import Reader

ROOT = Path(__file__).parents[2]
RUNS = 1500


def test_no_mutated_mail_breaks_the_reader(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("ATHERIS MISSING: pip has no build of it for this machine")
    options = [
        f"-runs={RUNS}",
        "-seed=1",
        "-max_len=6000",
        "-timeout=10",
        "-rss_limit_mb=2000",
        f"-artifact_prefix={tmp_path}/",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.reading", *options], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS} runs" in done.stderr


def test_every_seed_is_a_mail_that_can_be_read() -> None:
    from fuzz.checks import check

    reader = Reader({}, ("en",))
    for raw in seeds():
        check(reader, raw)
