"""What can be wrong with the hooks that a well-formed config.yaml names."""

import stat
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from mailbot.settings.findings import Finding, Written
from mailbot.settings.server_checks import is_loopback
from mailbot.yaml_file import At, described

_OFFERS: At = ("hooks", "offers")


def _address(written: Written) -> Iterator[Finding]:
    hook, place = written.model.hooks.offers, (*_OFFERS, "url")
    if hook is None or place in written.resolved.unresolved:
        return
    try:
        url = urlsplit(hook.url)
        host, _port = url.hostname, url.port
    except ValueError as error:
        yield Finding(place, f"found {described(hook.url)}, no address: {error}")
        return
    if url.scheme not in ("http", "https") or not host or not hook.url.isascii() or not hook.url.isprintable():
        yield Finding(place, f"found {described(hook.url)}, expected an address like https://shop.acme.example/mailbot")
    elif "@" in url.netloc:
        yield Finding(place, "expected no user and no password in it: requests are signed with the secret")
    elif url.scheme == "http" and not is_loopback(host):
        yield Finding(place, f"without TLS everybody on the way to {host} reads who is paid what; expected https://…")


def _plain_secret(written: Written) -> Iterator[Finding]:
    place = (*_OFFERS, "secret")
    readable = stat.S_IMODE(written.path.stat().st_mode) & 0o077
    if written.model.hooks.offers and readable and place not in written.resolved.references:
        advice = f"chmod 600 {written.resolved.file.name}, or take it from elsewhere: ${{NAME}}, ${{file:PATH}}"
        yield Finding(place, f"a plain secret in a file that others can read: {advice}")


HOOK_CHECKS: tuple[Callable[[Written], Iterator[Finding]], ...] = (_address, _plain_secret)
