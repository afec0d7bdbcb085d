# A plugin that another one imports stands before it, or its assertions would not be rewritten.
pytest_plugins = [
    "tests.servers.dovecot",
    "tests.servers.postgres",
    "tests.servers.database",
    "tests.servers.smtp_sink",
    "tests.servers.warm",
    "tests.servers.web",
]
