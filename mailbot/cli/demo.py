"""`mailbot demo`: a complete desk on this machine, with nothing to configure."""

from typing import Annotated

import typer

from mailbot.core.errors import ConfigurationError


def demo(
    once: Annotated[bool, typer.Option("--once", help="Play a scripted tour, then exit.")] = False,
    port_offset: Annotated[
        int, typer.Option("--port-offset", metavar="N", min=0, max=50_000, help="Add N to both port numbers.")
    ] = 0,
) -> None:
    """Run a complete desk on this machine: mail servers, sample complaints in five languages, the real daemon."""
    from mailbot import log
    from mailbot.cli.init import shipped

    try:
        from mailbot.demo.show import show
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"the demo needs {error.name}: pip install 'mailbot[demo]'") from error

    log.configure("error")
    show((shipped("rules"), shipped("templates")), once=once, port_offset=port_offset)
