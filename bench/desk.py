"""The first contestant: mailbot as `mailbot once` runs it, everything on."""

import argparse
import gc
import json
from pathlib import Path
from string import Template

from bench.meter import cpu_of_children, serve
from bench.sampler import profiled
from mailbot import log
from mailbot.cli.options import open_desk
from mailbot.core.server import Server
from mailbot.workflows.once import once

_ROOT = Path(__file__).parents[1]


def write_config(folder: Path, *, imap: Server, smtp_port: int, database: str) -> Path:
    """The configuration of a desk as shipped; `database` is its URL."""
    path = folder / "config.yaml"
    password = imap.password.reveal() if imap.password else ""
    values = {"root": _ROOT, "imap_port": imap.port, "user": imap.username, "password": password}
    template = Template(Path(__file__).with_name("config.yaml").read_text("utf-8"))
    path.touch(mode=0o600)
    path.write_text(template.substitute(values, smtp_port=smtp_port, database=database), "utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--profile", type=Path, help="look where the time goes, and write it into this file")
    arguments = parser.parse_args()
    log.configure()
    runtime = open_desk(arguments.config, secrets=True)
    gc.freeze()

    def work() -> None:
        failures = once(runtime)
        if failures:
            raise RuntimeError(str(failures))

    def profiled_work() -> None:
        reading = cpu_of_children()
        with profiled() as spent:
            work()
        spent["read"] += cpu_of_children() - reading
        arguments.profile.write_text(json.dumps(spent), "utf-8")

    serve(profiled_work if arguments.profile else work)
    runtime.close()


if __name__ == "__main__":
    main()
