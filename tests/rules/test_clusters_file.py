"""rules/clusters.yaml: what it may say, and what is said of its mistakes."""

from pathlib import Path

import pytest

from mailbot.core.deadlines import Span
from mailbot.core.errors import ConfigurationError
from mailbot.core.periods import Period
from mailbot.core.recurrence import NO_CLUSTERS, Cluster, ClusterKind
from mailbot.settings.clusters_file import read_clusters
from mailbot.yaml_file import read_yaml

SHIPPED = Path(__file__).parents[2] / "rules" / "clusters.yaml"


def said(folder: Path, text: str) -> list[str]:
    path = folder / "clusters.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_clusters(read_yaml(path))
    return [f"{p.line}:{p.column}: {p.message}" for p in refused.value.problems]


def test_the_shipped_file_shows_and_tells_all_that_there_is() -> None:
    policy = read_clusters(read_yaml(SHIPPED))
    assert policy.repeat == Span(90, "days")
    assert set(policy.clusters) == set(ClusterKind)


def test_what_is_left_out_is_neither_shown_nor_told(tmp_path: Path) -> None:
    path = tmp_path / "clusters.yaml"
    path.write_text("{}")
    assert read_clusters(read_yaml(path)) == NO_CLUSTERS


def test_spans_are_by_the_clock_or_by_the_calendar(tmp_path: Path) -> None:
    path = tmp_path / "clusters.yaml"
    path.write_text("order: {cases: 2, within: 2 months}\nwording: {cases: 4, within: 12 hours, shown_from: 3}")
    assert read_clusters(read_yaml(path)).clusters == {
        ClusterKind.ORDER: Cluster(cases=2, within=Period(2, "months")),
        ClusterKind.WORDING: Cluster(cases=4, within=Span(12, "hours"), shown_from=3),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wordings: {cases: 5, within: 3 days}", "1:1: unknown key"),
        ("order: {cases: 1, within: 3 days}", "1:16: order.cases: "),
        ("order: {cases: 5}", '1:8: missing key "within" in order'),
        (
            "order: {cases: 5, within: 3 business days}",
            '1:27: order.within: found "3 business days", expected a span',
        ),
        ("order: {cases: 5, within: 0 days}", '1:27: order.within: found "0 days", expected a span by the clock'),
        ("order: {cases: 5, within: soon}", '1:27: order.within: found "soon", expected a span like'),
        ("repeat: {within: 2 years}", '1:18: repeat.within: found "2 years", expected a year at most'),
        ("wording: {cases: 5, within: 3 months}", '1:29: wording.within: found "3 months", expected 60 days at most'),
        (
            "order: {cases: 3, within: 3 days, shown_from: 4}",
            "1:8: order: found keys and values, expected shown_from",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, found: str) -> None:
    (problem,) = said(tmp_path, text)
    assert problem.startswith(found), problem
