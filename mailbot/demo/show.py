"""The two ways to see the demo: by hand, with a live view of the desk, and as a scripted tour."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from mailbot.demo.desk import DemoDesk, running_desk
from mailbot.demo.news import News, look
from mailbot.demo.screen import Screen
from mailbot.demo.script import load_cast, load_script
from mailbot.demo.tour import Tour

_LOOK_EVERY = 0.5


def show(behaviour: tuple[Path, ...], *, once: bool, port_offset: int) -> None:
    """Run a desk with these rules and templates: `once` through the tour, else until Ctrl-C or SIGTERM."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    screen, script = Screen(), load_script()
    with running_desk(load_cast(), behaviour, port_offset=port_offset) as desk, Tour(desk, script, screen) as tour:
        if once:
            tour.play()
            return
        try:
            _welcome(desk, screen)
            for complaint in script.complaints:
                tour.send(complaint)
            _watch(desk, screen)
        except KeyboardInterrupt:
            screen.text("\nThe demo has ended; its temporary folder is removed.")


def _welcome(desk: DemoDesk, screen: Screen) -> None:
    screen.text(desk.welcome())
    for person in desk.cast.people.values():
        screen.text(f"  {person.address:<28}{person.role}")


def _watch(desk: DemoDesk, screen: Screen) -> None:
    zone, database = desk.runtime.desk.calendar.zone, desk.runtime.database
    if screen.is_terminal:
        with screen.live() as update:
            _for_ever(lambda: update(look(database, zone)))
    shown: set[News] = set()

    def print_new() -> None:
        for news in look(database, zone).news:
            if news not in shown:
                screen.news(news)
                shown.add(news)

    _for_ever(print_new)


def _for_ever(look_again: Callable[[], None]) -> None:
    while True:
        look_again()
        time.sleep(_LOOK_EVERY)
