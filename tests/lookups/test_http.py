"""Web services that answer well, badly, slowly or not at all."""

import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.lookup import Column, ColumnKind
from mailbot.core.money import Money
from tests.lookups.sources import facts, http, opened, problem
from tests.servers.web import Request, Web, hang

GOOD = '{"status": "lost", "total": 100.10}'
LOST = {"status": "lost", "total": Money(Decimal("100.10"), "EUR")}


def test_an_answer_in_json_is_read(web: Web, tmp_path: Path) -> None:
    web.says(GOOD)
    assert facts(opened(http(web.url), folder=tmp_path)) == LOST
    assert web.headers[0]["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("body", ["{}", "[]", "null"])
def test_an_empty_answer_is_nothing_found(web: Web, tmp_path: Path, body: str) -> None:
    web.says(body)
    assert "there is none" in str(facts(opened(http(web.url), folder=tmp_path))["status"])


def test_not_found_is_nothing_found_and_no_failure(web: Web, tmp_path: Path) -> None:
    web.says("<html>no</html>", 404)
    assert problem(opened(http(web.url), folder=tmp_path)) == ""


def test_values_may_stand_deeper_and_in_a_list(web: Web, tmp_path: Path) -> None:
    web.says('[{"state": {"now": "lost", "a.b": "x"}, "total": null}, {"state": 5}]')
    inner = Column(name="order.status", kind=ColumnKind.TEXT, column="state.now")
    dotted = Column(name="order.total", kind=ColumnKind.TEXT, column="state.a.b")
    assert facts(opened(http(web.url, inner, dotted), folder=tmp_path)) == {"status": "lost", "total": "x"}


@pytest.mark.parametrize(
    ("key", "path"), [("A/../1?x=#", "/orders/A%2F..%2F1%3Fx%3D%23"), ("ž\r\nX: y", "/orders/%C5%BE%0D%0AX%3A%20y")]
)
def test_a_key_is_encoded_whatever_it_holds(web: Web, tmp_path: Path, key: str, path: str) -> None:
    web.says(GOOD)
    facts(opened(http(web.url), folder=tmp_path), key)
    assert web.paths == [path]


def test_a_key_that_would_be_another_address_is_not_asked_for(web: Web, tmp_path: Path) -> None:
    assert "there is none" in str(facts(opened(http(web.url), folder=tmp_path), "..")["status"])
    assert web.paths == []


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("oh", 500, "answers 500 Internal Server Error"),
        ("", 401, "answers 401 Unauthorized"),
        ("<!DOCTYPE html><html>", 200, 'no JSON: "<!DOCTYPE html><html>"'),
        ("", 200, 'no JSON: ""'),
        ('{"status": NaN}', 200, "no JSON"),
        ("[" * 100_000, 200, "no JSON"),
        ('"lost"', 200, "answers with str, expected an object"),
        ("x" * 1_000_001, 200, "its answer is larger than 1,000 kB"),
        (b"\xff\xfe\x00", 200, "no JSON"),
    ],
)
def test_a_bad_answer_is_said_in_one_sentence(
    web: Web, tmp_path: Path, body: str | bytes, status: int, said: str
) -> None:
    web.says(body, status)
    assert said in problem(opened(http(web.url, timeout=5), folder=tmp_path))


def test_an_answer_of_fifty_megabytes_is_not_read_to_its_end(web: Web, tmp_path: Path) -> None:
    sent = []

    def endless(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(500):
            request.wfile.write(b"x" * 100_000)
            sent.append(1)

    web.answer = endless
    assert "larger than 1,000 kB" in problem(opened(http(web.url, timeout=5), folder=tmp_path))
    assert len(sent) < 200


def test_a_redirect_to_another_host_is_not_followed(web: Web, tmp_path: Path) -> None:
    web.says("", 302, Location="http://127.0.0.2:9/orders")
    assert "redirects to http://127.0.0.2:9: if that is right, name it" in problem(
        opened(http(web.url), folder=tmp_path)
    )


def test_a_redirect_within_the_host_is_followed_and_never_without_end(web: Web, tmp_path: Path) -> None:
    web.answer = lambda r: r.give(GOOD) if r.path == "/new" else r.give("", 301, Location="/new")
    assert facts(opened(http(web.url), folder=tmp_path)) == LOST
    web.says("", 301, Location="/round")
    assert "redirects more than 3 times" in problem(opened(http(web.url), folder=tmp_path))


def drip_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not request.server.web.closing.wait(0.05):
        request.wfile.write(b"X-A: b\r\n"[:1])


@pytest.mark.parametrize("answer", [hang, drip_headers, lambda r: r.drip(GOOD.encode(), 0.1)])
def test_who_is_slow_is_not_waited_for_and_no_thread_stays(web: Web, tmp_path: Path, answer) -> None:
    web.answer = answer
    lookups = opened(http(web.url, timeout=0.3), folder=tmp_path)
    began = time.monotonic()
    assert "no answer within 0.3 s" in problem(lookups)
    assert time.monotonic() - began < 1
    until = time.monotonic() + 2
    while _asking() and time.monotonic() < until:
        time.sleep(0.01)
    assert not _asking()


def _asking() -> bool:
    return any(thread.name.startswith("look up") for thread in threading.enumerate())


def test_nobody_there_is_said(tmp_path: Path) -> None:
    assert "cannot be asked: Connection refused" in problem(opened(http("http://127.0.0.1:1"), folder=tmp_path))
    assert "cannot be asked" in problem(opened(http("http://no.such.host.invalid", timeout=5), folder=tmp_path))


def test_the_key_of_the_service_stands_in_no_message(web: Web, tmp_path: Path) -> None:
    web.says("", 403)
    lookup = http(web.url)
    assert "s3cret" not in problem(opened(lookup, folder=tmp_path)) + repr(lookup)
