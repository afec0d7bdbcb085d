"""Structured log lines on standard error, one JSON object each; owns structlog. Never a mail's body or a secret."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str = "info", *, for_people: bool = False) -> None:
    """Send log lines of this level and above to standard error; as coloured text `for_people`, else as JSON."""
    renderer: Any = structlog.dev.ConsoleRenderer() if for_people else _as_json
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # It warns of every tick that finds the one before still at work, which is how a long send looks.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _as_json(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    """The line; structlog's own renderer makes an encoder for each."""
    return _encode(event)


def get_logger(name: str) -> Any:
    """A logger whose lines carry the name of the module that wrote them."""
    return structlog.get_logger(module=name)
