"""Paragraphs that a mail program cut into lines, put together again (RFC 3676)."""


def unflowed(text: str, *, delete_space: bool) -> str:
    """The lines of format=flowed as paragraphs, quotes kept as quotes (RFC 3676 section 4)."""
    lines: list[list[str]] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        flows = line.endswith(" ") and line != "-- "
        piece = line[:-1] if flows and delete_space else line
        if open_depth == depth and line != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([">" * depth + (" " if depth else ""), piece])
        open_depth = depth if flows else None
    return "\n".join(map("".join, lines))
