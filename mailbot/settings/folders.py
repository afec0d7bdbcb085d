"""Where a configuration keeps rules and templates, known before they are there and it can be loaded."""

from pathlib import Path

from mailbot.yaml_file import read_yaml


def folder_of(path: Path, name: str) -> Path:
    """The folder `rules` or `templates` of the configuration at `path`; ConfigurationError when that is no YAML."""
    return path.absolute().parent / str(read_yaml(path).data.get(name, name))
