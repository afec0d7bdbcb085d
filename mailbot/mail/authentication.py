"""What the receiving server found out about a mail's author (RFC 8601), believed only as far as it can be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from authres import core_features
from authres.core import AuthenticationResult, AuthenticationResultsHeader, AuthResError

from mailbot.mail.providers import NO_AUTHSERV_ID

Verdict = Literal["pass", "fail", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Authentication:
    """The DMARC verdict; `aligned` when it is a pass for the very domain that the mail's author claims."""

    dmarc: Verdict
    aligned: bool
    reason: str


def judge(authentication_results: Sequence[str], trusted: str | None, from_domain: str) -> Authentication:
    """The verdict of the topmost header, if the server `trusted` wrote it. Those below it a sender can have written.

    A pass is worth something only where that server removes foreign headers in its name; `mailbot check` looks.
    """
    if trusted is None:
        return _unknown("no `trusted_authserv` is configured")
    if not authentication_results:
        return _unknown("no Authentication-Results header")
    value = " ".join(authentication_results[0].split())
    if trusted == NO_AUTHSERV_ID and "=" in value.partition(";")[0]:
        value = f"{NO_AUTHSERV_ID}; {value}"
    try:
        header = _Header.parse(core_features(), f"Authentication-Results: {value}")
    except (AuthResError, RecursionError) as error:  # comments may be nested as deep as a sender likes
        return _unknown(f"the topmost Authentication-Results cannot be read: {error}")
    if header.authserv_id.casefold() != trusted.casefold():
        return _unknown(f"the topmost Authentication-Results is by {header.authserv_id}, not by {trusted}")
    results = [result for result in header.results if isinstance(result, AuthenticationResult)]
    if 0 < len(results) < len(header.results):
        return _unknown("the topmost Authentication-Results says `none` beside a result")
    return _verdict([result for result in results if result.method.casefold() == "dmarc"], from_domain)


class _Header(AuthenticationResultsHeader):  # type: ignore[misc]  # the library has no types
    """The library's header, read in a third of the time: its own way is to make every pattern anew for each use."""

    _parse_text: str

    def _parse_pattern(self, pattern: str) -> re.Match[str] | None:
        found = _at_the_beginning(pattern).search(self._parse_text)
        if found:
            self._parse_text = self._parse_text[: found.start()] + self._parse_text[found.end() :]
        return found


@lru_cache(maxsize=128)
def _at_the_beginning(pattern: str) -> re.Pattern[str]:
    return re.compile("^" + pattern, re.IGNORECASE)


def _verdict(results: Sequence[Any], from_domain: str) -> Authentication:
    verdicts = {result.result.casefold() for result in results}
    if len(verdicts) != 1:
        return _unknown("several DMARC results that differ" if verdicts else "no DMARC result")
    domains = {_domain(each.value) for result in results for each in result.properties if each.name == "from"}
    match verdicts.pop():
        case "pass" if domains == {_domain(from_domain)}:
            return Authentication("pass", aligned=True, reason=f"dmarc=pass for {from_domain}")
        case "pass":
            checked = ", ".join(sorted(domains)) or "an unnamed domain"
            return Authentication("pass", aligned=False, reason=f"dmarc=pass for {checked}, not for {from_domain}")
        case "fail" | "none" as verdict:
            return Authentication(verdict, aligned=False, reason=f"dmarc={verdict} for {from_domain}")
        case other:
            return _unknown(f"dmarc={other}")


def _domain(name: str) -> str:
    """The ASCII form, in which two spellings of an international name are equal."""
    try:
        return name.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return name.casefold()


def _unknown(reason: str) -> Authentication:
    return Authentication("unknown", aligned=False, reason=reason)
