"""What a mail of 40 MB takes of the memory of the desk's own process, at each step of its way, as multiples of that.

Run alone as `python -m bench.great`: with the limits as shipped, and with members who get all files.
"""

import gc
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from bench.desk import write_config
from bench.mails import DESK, Mail
from bench.meter import Contestant, serve
from bench.sink import running_sink
from bench.throughput import fill
from mailbot import log
from mailbot.cli.options import open_desk
from mailbot.faults import Point, arm
from mailbot.workflows.once import once
from tests.servers.dovecot import Dovecot, DovecotMissingError, running_dovecot

SIZE = 40_000_000
_SMALL = 10_000
_LIMITS = "per_day: 1000000}"
_STEPS = {
    Point.RECEIVE_FETCHED: "fetched",
    Point.RECEIVE_COMMITTED: "kept",
    Point.HANDLE_READ: "read",
    Point.HANDLE_COMMITTED: "settled",
    Point.DELIVER_COMMITTED: "sent",
}
_FILES = 3
_SENDER = "mari@kodu.example"


def measure(dovecot: Dovecot, folder: Path, *, size: int = SIZE, notification: str = "10 MB") -> Mapping[str, float]:
    """How much more than with a small mail the process has, at most, in each step; as multiples of the mail's size.

    `notification`: up to which size members get a customer's files.
    """
    box, found = dovecot.server(), folder / "peaks.json"
    with running_sink() as sink:
        config = write_config(folder, imap=box, smtp_port=sink.port, database=f"sqlite:///{folder / 'great.db'}")
        limits = _LIMITS.replace("}", f", notification: {notification}}}")
        config.write_text(config.read_text("utf-8").replace(_LIMITS, limits), "utf-8")
        with Contestant("bench.great", config, found, log=folder / "log") as desk:
            for number, bytes_ in enumerate((_SMALL, _SMALL, size)):
                fill(box, [_mail(number, bytes_)])
                desk.work()
    _, small, great = map(json.loads, found.read_text("utf-8").splitlines())
    return {step: (great[step] - small[step]) / size for step in great}


def as_lines(peaks: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A table for people."""
    yield f"{'memory, times the mail':<24}" + "".join(f"{name:>24}" for name in peaks)
    for step in _STEPS.values():
        yield f"{step:<24}" + "".join(f"{steps[step]:>24.2f}" for steps in peaks.values())


def _mail(number: int, size: int) -> Mail:
    """A complaint with files of which nothing can be compressed."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = _SENDER, DESK, "My parcel was soaked"
    mail["Date"], mail["Message-ID"] = "Mon, 2 Nov 2026 10:00:00 +0200", f"<great-{number}@kodu.example>"
    mail.set_content("The parcel A-10293 was left in the rain. Photos are attached, please refund 19.90 EUR.")
    photo = random.Random(number).randbytes(size * 3 // 4 // _FILES)
    for file in range(_FILES):
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"photo-{file}.jpg")
    return Mail(raw=mail.as_bytes(), sender=_SENDER, acknowledged=True)


def _desk(config: Path, found: Path) -> None:
    """Be the desk that is measured: after each piece of work, its peaks are a line of the file."""
    log.configure("warning")
    runtime = open_desk(config, secrets=True)

    def work() -> None:
        gc.collect()
        peaks = dict.fromkeys(_STEPS.values(), 0)

        def at(point: Point) -> None:
            if (step := _STEPS.get(point)) is not None:
                peaks[step] = max(peaks[step], _peak())
                _forget_peak()

        _forget_peak()
        arm(at)
        if failures := once(runtime):
            raise RuntimeError(str(failures))
        with found.open("a", encoding="utf-8") as lines:
            lines.write(f"{json.dumps(peaks)}\n")

    serve(work)
    runtime.close()


def _peak() -> int:
    """The most bytes since `_forget_peak` (proc(5))."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "utf-8")


def main() -> int:
    if len(sys.argv) > 1:
        _desk(Path(sys.argv[1]), Path(sys.argv[2]))
        return 0
    limits = {"as shipped": "10 MB", "members get all": "60 MB"}
    peaks = {}
    try:
        with running_dovecot() as dovecot:
            for name, notification in limits.items():
                with tempfile.TemporaryDirectory(prefix="bench-great-") as folder:
                    peaks[name] = measure(dovecot, Path(folder), notification=notification)
    except DovecotMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    print("\n".join(as_lines(peaks)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
