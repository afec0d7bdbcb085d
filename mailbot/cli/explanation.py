"""How `mailbot explain` lays its answer out: each mail, the rules that matched, and the others in short."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from mailbot.cli.output import safe

_MOST_IN_SHORT = 20
_WIDEST = 110


def show_explanation(found: Mapping[str, Any], *, all_rules: bool) -> None:
    """Print it for people; `all_rules` with every reason of every rule."""
    for mail in found["mails"]:
        head = f"mail {mail['id']} <{mail['message_id']}> in {mail['mailbox']}: {mail['disposition']}"
        _say(f"{head}; {mail['why']}" if mail["why"] else head)
    for case in found["cases"]:
        _say(f"\ncase {case['number']}")
        for message in case["threading"]:
            _say(f"  {message['message']}")
        for ruling in case["rulings"]:
            _show_ruling(ruling, all_rules=all_rules)
        _say("\nwhat happened")
        for decision in case["decisions"]:
            rule = (
                f"  (rule “{decision['rule']}”)"
                if decision["rule"] and decision["rule"] not in decision["detail"]
                else ""
            )
            _say(f"  {decision['at'][:19]} {decision['event']}: {decision['detail']}{rule}")


def _show_ruling(ruling: Mapping[str, Any], *, all_rules: bool) -> None:
    matched = [rule for rule in ruling["rules"] if rule["matched"]]
    others = [rule for rule in ruling["rules"] if not rule["matched"]]
    _say(f"\n{ruling['event']} {ruling['at'][:19]}, rule book {ruling['rule_book']}: {len(matched)} rules matched")
    if not ruling["complete"]:
        _say(
            "  only what was noted then: the book cannot be tried again under this configuration, or the mail not read"
        )
    for rule in matched:
        _say(f"  ✓ {rule['name']} ({rule['file']}:{rule['line']}){_in_shadow(rule)}")
        for line in (*rule["because"], *_decided(ruling["decisions"], rule["name"])):
            _say(f"      {line}")
    _show_others(others, all_rules=all_rules)


def _in_shadow(rule: Mapping[str, Any]) -> str:
    return ", in shadow: nothing of this was carried out" if rule.get("shadow") else ""


def _decided(decisions: Iterable[Mapping[str, Any]], rule: str) -> Iterable[str]:
    for decision in decisions:
        if decision["rule"] == rule:
            by = decision["overridden_by"]
            yield f"→ {decision['action']}: {decision['value']}" + (f" (overridden by “{by}”)" if by else "")


def _show_others(others: Sequence[Mapping[str, Any]], *, all_rules: bool) -> None:
    for rule in others if all_rules else others[:_MOST_IN_SHORT]:
        _say(f"  ✗ {rule['name']} ({rule['file']}:{rule['line']})" if all_rules else _short(rule))
        for line in rule["because"] if all_rules else ():
            _say(f"      {line}")
    if not all_rules and len(others) > _MOST_IN_SHORT:
        _say(f"  … and {len(others) - _MOST_IN_SHORT} more rules did not match: --all")


def _short(rule: Mapping[str, Any]) -> str:
    line = f"  ✗ {rule['name']}: {'; '.join(rule['because'])}".replace("\n", " ")
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _say(line: str) -> None:
    typer.echo(safe(line))
