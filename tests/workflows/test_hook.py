"""The shop system on loopback: told once, signed, again after a failure; and who hears when it will not have it."""

import hashlib
import hmac
import json
import multiprocessing
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.daemon import Daemon
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.due import DueState
from mailbot.workflows.check import check_desk
from mailbot.workflows.hook import Told, tell_next
from mailbot.workflows.once import once
from mailbot.workflows.runtime import Behaviour, Runtime, load_behaviour
from tests.desk import MONDAY_NOON, DeskDriver, Sent, mail, write_config
from tests.servers.web import Request, Web

SECRET = "5b1c7f0e-acme"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING, DONE = Told(tried=False), Told(tried=True)
PROOF = "mx.acme.example; dmarc=pass header.from=acme.example"
Open = Callable[..., DeskDriver]


def config_with_hook(folder: Path, url: str, *, steps: str = "") -> Path:
    path = write_config(folder)
    hook = f'hooks: {{offers: {{url: "{url}/mailbot", secret: "{SECRET}"{steps}}}}}\n'
    text = path.read_text().replace("[en, et, sl, ru, fa]", "[en]")
    path.write_text(f"{text}authority: {{agent: {{any: 100 EUR}}}}\n{hook}")
    return path


@pytest.fixture(scope="module")
def behaviour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behaviour]:
    """Rules and templates as they ship, in the one language that these tests need."""
    path = config_with_hook(tmp_path_factory.mktemp("english"), "https://shop.example")
    behaviour = load_behaviour(load_config(path, environ={}))
    yield behaviour
    behaviour.readers.close()


@pytest.fixture
def desk(tmp_path: Path, database: Database, web: Web, behaviour: Behaviour) -> Open:
    """A desk whose shop system is the web service, and whose agents may grant 100 EUR."""

    def opened(url: str = web.url, *, steps: str = "") -> DeskDriver:
        loaded = load_config(config_with_hook(tmp_path, url, steps=steps), environ={})
        return DeskDriver(Runtime(loaded, database, behaviour))

    return opened


def offered(driver: DeskDriver, *, sum_: str = "20 EUR") -> str:
    """A complaint comes, and its agent offers money; the address of the agent's replies."""
    driver.arrive(
        mail(
            "My parcel A-10293 is five days late.",
            from_="Kate Lee <Kate@mail.example>",
            to="support@acme.example",
            subject="Late",
            message_id="<late@mail.example>",
        )
    )
    told = next(sent for sent in driver.sent() if sent.row.recipient == "mari@acme.example")
    written(driver, told.reply_address, f"#offer refund {sum_}\n\nWe are sorry. You get {sum_} back.")
    return told.reply_address


def written(driver: DeskDriver, to: str, text: str) -> list[Sent]:
    number = len(text) + driver.now.microsecond
    head = {"from_": "mari@acme.example", "to": to, "subject": "Re: Late", "authentication_results": PROOF}
    driver.arrive(mail(text, message_id=f"<{number}@acme.example>", **head))
    return driver.sent()


def accepted(driver: DeskDriver) -> DeskDriver:
    written(driver, offered(driver), "#accepted")
    return driver


def later(driver: DeskDriver, span: timedelta) -> Told:
    driver.now += span
    return tell_next(driver.runtime, driver.now)


def work(driver: DeskDriver) -> list[tuple[str, DueState, int]]:
    (case,) = driver.cases()
    with driver.runtime.database.read() as tx:
        return [(row.key, row.state, row.attempts) for row in tx.due.of_case(case.id) if row.kind == "hook"]


def keys(web: Web) -> list[str]:
    return [headers["Idempotency-Key"] for headers in web.headers]


def heads(sent: list[Sent]) -> list[tuple[str, str]]:
    return sorted((one.row.kind.value, one.row.recipient) for one in sent)


# What is told


def test_an_accepted_offer_is_told_once_and_signed(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    web.says("{}", 201)
    assert tell_next(driver.runtime, driver.now) == DONE
    assert later(driver, DAY) == NOTHING
    (body,), (headers,) = web.bodies, web.headers
    (case,) = driver.cases()
    assert json.loads(body) == {
        "id": 3,
        "at": MONDAY_NOON.isoformat(),
        "case": case.number,
        "offer": 1,
        "step": "accepted",
        "customer": "kate@mail.example",
        "remedy": "refund",
        "amount": "20.00",
        "currency": "EUR",
        "goodwill": True,
        "policy": None,
        "order_number": "A-10293",
    }
    assert web.paths == ["/mailbot"]
    assert headers["Idempotency-Key"] == "mailbot-3"
    assert headers["Content-Type"] == "application/json"
    assert headers["Mailbot-Timestamp"] == str(int(MONDAY_NOON.timestamp()))
    signed = f"{headers['Mailbot-Timestamp']}.".encode() + body
    assert headers["Mailbot-Signature"] == f"v1={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}"
    assert work(driver) == [("hook 3", DueState.DONE, 1)]


def test_only_the_steps_that_the_config_names_are_told_in_their_order(desk: Open, web: Web) -> None:
    driver = desk(steps=", steps: [offered, fulfilled]")
    to = offered(driver)
    for command in ("#accepted", "#fulfilled"):
        driver.now += MINUTE
        written(driver, to, command)
    web.says("", 204)
    while tell_next(driver.runtime, driver.now).tried:
        pass
    assert [json.loads(body)["step"] for body in web.bodies] == ["offered", "fulfilled"]


def test_what_is_not_written_is_not_told(desk: Open, web: Web) -> None:
    driver = desk()
    offered(driver)
    assert tell_next(driver.runtime, driver.now) == NOTHING
    assert web.bodies == []


def test_due_work_leaves_calls_alone(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    driver.wait(MINUTE)
    assert work(driver) == [("hook 3", DueState.WAITING, 0)]


# What an answer means


def test_who_has_known_it_already_has_been_told(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    web.says("{}", 409)
    assert tell_next(driver.runtime, driver.now) == DONE
    assert work(driver) == [("hook 3", DueState.DONE, 1)]


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_shop_that_is_in_trouble_is_told_again_with_the_same_key_and_body(desk: Open, web: Web, status: int) -> None:
    driver = accepted(desk())
    driver.sent()
    web.says("{}", status)
    assert tell_next(driver.runtime, driver.now) == DONE
    assert later(driver, timedelta(seconds=59)) == NOTHING
    assert later(driver, timedelta(seconds=1)) == DONE
    assert later(driver, MINUTE) == NOTHING
    web.says("{}")
    assert later(driver, MINUTE) == DONE
    assert work(driver) == [("hook 3", DueState.DONE, 3)]
    assert keys(web) == ["mailbot-3"] * 3
    assert len({*web.bodies}) == 1
    assert len({headers["Mailbot-Signature"] for headers in web.headers}) == 3
    assert driver.sent() == [], "nobody has to know of it"


def test_a_cut_in_the_midst_is_no_answer(desk: Open, web: Web) -> None:
    driver = accepted(desk())

    def cut(request: Request) -> None:
        request.connection.shutdown(socket.SHUT_RDWR)
        request.close_connection = True

    web.answer = cut
    told = tell_next(driver.runtime, driver.now)
    assert told.tried
    assert told.fault is not None
    web.says("{}")
    assert later(driver, MINUTE) == DONE
    assert keys(web) == ["mailbot-3"] * 2


def test_an_answer_that_never_ends_is_taken_at_its_first_line(desk: Open, web: Web) -> None:
    driver = accepted(desk())

    def endless(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 10_000)

    web.answer = endless
    assert tell_next(driver.runtime, driver.now) == DONE
    assert work(driver) == [("hook 3", DueState.DONE, 1)]


def test_a_refusal_is_told_to_admins_and_agents_at_once(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    driver.sent()
    web.says('{"error": "unknown\\norder"}', 400)
    assert tell_next(driver.runtime, driver.now) == DONE
    assert work(driver) == [("hook 3", DueState.FAILED, 1)]
    sent = driver.sent()
    assert heads(sent) == [("alert", "ops@acme.example"), ("notice", "mari@acme.example")]
    for one in sent:
        assert "answers 400 Bad Request" in one.text
        assert "unknown" in one.text
    notice = sent[-1] if sent[-1].row.recipient == "mari@acme.example" else sent[0]
    assert "20" in notice.text
    (case,) = driver.cases()
    noted = [entry["detail"] for entry in driver.timeline(case) if entry["event"] == "hook_failed"]
    assert [line.split(":")[0] for line in noted] == ["1 accepted"]
    assert later(driver, DAY) == NOTHING


def test_a_redirect_is_not_followed(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    driver.sent()
    web.says("", 307, Location=f"{web.url}/elsewhere")
    assert tell_next(driver.runtime, driver.now) == DONE
    assert web.paths == ["/mailbot"]
    assert work(driver) == [("hook 3", DueState.FAILED, 1)]
    assert len(driver.sent()) == 2


def test_after_two_days_without_success_it_is_given_up_and_told(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    driver.sent()
    web.says("{}", 500)
    tries = 0
    while driver.now < MONDAY_NOON + 3 * DAY:
        tries += tell_next(driver.runtime, driver.now).tried
        assert driver.sent() == [] or driver.now >= MONDAY_NOON + 2 * DAY
        driver.now += 10 * MINUTE
    ((_, state, attempts),) = work(driver)
    assert (state, attempts) == (DueState.FAILED, tries)
    assert 45 < tries < 60


def test_the_alert_of_a_shop_that_was_away_for_two_days_says_why(desk: Open, web: Web) -> None:
    driver = accepted(desk("http://127.0.0.1:1"))
    driver.sent()
    assert "cannot be asked" in str(tell_next(driver.runtime, driver.now).fault)
    assert driver.sent() == []
    assert later(driver, 2 * DAY).tried
    sent = driver.sent()
    assert heads(sent) == [("alert", "ops@acme.example"), ("notice", "mari@acme.example")]
    assert all("127.0.0.1:1" in one.text for one in sent)


# Crashes and company


def killed_while_asking(path: Path, url: str, behaviour: Behaviour) -> None:
    tell_next(Runtime(load_config(path, environ={}), Database.open(url), behaviour), MONDAY_NOON)


def test_after_a_crash_between_answer_and_record_the_same_key_comes_again(
    desk: Open, web: Web, tmp_path: Path, url: str, behaviour: Behaviour
) -> None:
    driver = accepted(desk())
    process = multiprocessing.get_context("fork").Process(
        target=killed_while_asking, args=(tmp_path / "config.yaml", url, behaviour)
    )

    def kill(request: Request) -> None:
        os.kill(process.pid or 0, signal.SIGKILL)
        request.give("{}")

    web.answer = kill
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    web.says("{}")
    assert later(driver, MINUTE) == NOTHING, "the lease of the dead still holds"
    assert later(driver, HOUR) == DONE
    assert keys(web) == ["mailbot-3"] * 2
    assert web.bodies[0] == web.bodies[1]
    assert work(driver) == [("hook 3", DueState.DONE, 2)]


def test_the_database_is_free_while_the_shop_is_asked(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    seen: list[int] = []

    def write(request: Request) -> None:
        with driver.runtime.database.begin() as tx:  # would wait for a writing transaction, and fail
            seen.append(tx.cases.new_id())
        request.give("{}")

    web.answer = write
    assert tell_next(driver.runtime, driver.now) == DONE
    assert seen


def test_nobody_else_makes_a_call_that_is_being_made(desk: Open, web: Web) -> None:
    driver = accepted(desk())
    others: list[Told] = []

    def look(request: Request) -> None:
        others.append(tell_next(driver.runtime, driver.now))
        request.give("{}")

    web.answer = look
    assert tell_next(driver.runtime, driver.now) == DONE
    assert others == [NOTHING]


# Who makes the calls


def test_once_makes_every_call(desk: Open, web: Web) -> None:
    driver = desk()
    driver.now = datetime.now(UTC) - MINUTE
    accepted(driver)
    web.says("{}")
    assert "hooks" not in dict(once(driver.runtime))
    assert keys(web) == ["mailbot-3"]


def test_once_says_so_when_nobody_is_there(desk: Open) -> None:
    driver = desk("http://127.0.0.1:1")
    driver.now = datetime.now(UTC) - MINUTE
    accepted(driver)
    assert "127.0.0.1:1 cannot be asked" in dict(once(driver.runtime))["hooks"]


def test_the_daemon_makes_a_call_within_seconds(desk: Open, web: Web) -> None:
    driver = desk()
    driver.now = datetime.now(UTC) - MINUTE
    accepted(driver)
    web.says("{}")
    daemon = Daemon(driver.runtime)
    daemon.start()
    try:
        until = time.monotonic() + 20
        while work(driver) != [("hook 3", DueState.DONE, 1)]:
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        daemon.stop()
    assert keys(web) == ["mailbot-3"]


# The configuration


@pytest.mark.parametrize(
    ("url", "more", "said"),
    [
        ("http://shop.example/x", "", "hooks.offers.url: without TLS everybody on the way to shop.example"),
        ("ftp://shop.example", "", "expected an address like https://"),
        ("https://", "", "expected an address like https://"),
        ("https://shop.example:99999", "", "no address"),
        ("https://a:b@shop.example", "", "expected no user and no password"),
        ("https://shop.example", ", steps: []", "hooks.offers.steps"),
        ("https://shop.example", ", steps: [acepted]", "accepted"),
        ("https://shop.example", ", step: [accepted]", "did you mean"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, url: str, more: str, said: str) -> None:
    path = config_with_hook(tmp_path, url, steps=more)
    with pytest.raises(Exception, match=r"config\.yaml:2[0-9]:") as refused:
        load_config(path, environ={})
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://shop.example", "http://localhost:8080", "http://[::1]:80", "http://127.0.0.1"]
)
def test_https_is_needed_except_to_this_machine(tmp_path: Path, url: str) -> None:
    hook = load_config(config_with_hook(tmp_path, url), environ={}).offer_hook
    assert hook is not None
    assert hook.url == f"{url}/mailbot"
    assert hook.steps == {"accepted"}
    assert SECRET not in repr(hook)


def test_a_plain_secret_in_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = config_with_hook(tmp_path, "https://shop.example")
    path.chmod(0o644)
    with pytest.raises(Exception, match=r"hooks\.offers\.secret: a plain secret in a file that others can read"):
        load_config(path, environ={})


def test_the_doctor_looks_whether_the_shop_is_there_and_orders_nothing(tmp_path: Path, web: Web) -> None:
    path = config_with_hook(tmp_path, web.url)
    path.write_text(re.sub("trusted_authserv: .*", "", path.read_text()))

    def said() -> str:
        findings = check_desk(lambda _: load_config(path, environ={}), now=MONDAY_NOON, with_probe=False)
        return next(f"{one.level} {one.detail}" for one in findings if one.what == "hook offers")

    assert said() == f"OK 127.0.0.1:{web.port}: connected, nothing was sent"
    assert web.paths == []
    path.write_text(path.read_text().replace(web.url, "http://127.0.0.1:1"))
    assert said().startswith("FAIL 127.0.0.1:1: cannot be asked")
