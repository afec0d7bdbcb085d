"""The servers of the tests, where their files lie, and how much a process looks for garbage in thousands of them."""

import gc

from tests.servers import memory

# A plugin that another one imports stands before it, or its assertions would not be rewritten.
pytest_plugins = [
    "tests.servers.dovecot",
    "tests.servers.postgres",
    "tests.servers.loaded",
    "tests.servers.database",
    "tests.servers.smtp_sink",
    "tests.servers.nurseries",
    "tests.servers.warm",
    "tests.servers.web",
]


memory.use_it()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
