"""The look-ups of config.yaml as the objects that the desk works with."""

import re
from pathlib import Path

from mailbot.core.lookup import By, Column, CsvSource, HttpSource, Lookup, SqlSource
from mailbot.core.server import Secret
from mailbot.settings.config_schema import ConfigModel
from mailbot.settings.lookup_schema import ColumnModel, LookupModel

BOUND = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)")
"""A parameter in a query; `::` is PostgreSQL's cast."""
IN_BRACES = re.compile(r"\{([^{}]*)\}")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_USUAL = {"order": By.ORDER_NUMBER, "customer": By.CUSTOMER}


def lookups_of(model: ConfigModel, folder: Path) -> tuple[Lookup, ...]:
    """What stands under `lookups`, which was found good; relative paths are relative to `folder`."""
    return tuple(_lookup(name, one, model.organisation.currency, folder) for name, one in model.lookups.items())


def by_of(name: str, model: LookupModel) -> By | None:
    """By which value it looks, said or plain: the one that the query or address names, else what is usual."""
    if model.by or model.csv:
        return model.by or _USUAL.get(name)
    named = [word for word in placeholders(model) if word in list(By)]
    return By(named[0]) if named else None


def placeholders(model: LookupModel) -> list[str]:
    """The names in the query or in the address for which a value is put."""
    if model.sql:
        return BOUND.findall(model.sql.query)
    return IN_BRACES.findall(model.http.url) if model.http else []


def _lookup(name: str, model: LookupModel, currency: str, folder: Path) -> Lookup:
    by = by_of(name, model)
    if by is None:
        raise AssertionError("the checks let through no look-up without a key")
    return Lookup(
        name=name,
        source=_source(model, by, folder),
        by=by,
        columns=tuple(_column(name, called, column, currency) for called, column in model.columns.items()),
        owner=model.owner,
        timeout=model.timeout,
        cache=model.cache,
    )


def _source(model: LookupModel, by: By, folder: Path) -> CsvSource | SqlSource | HttpSource:
    if model.sql:
        return SqlSource(url=Secret(_database(model.sql.url, folder)), query=model.sql.query)
    if model.http:
        headers = {name: Secret(value) for name, value in model.http.headers.items()}
        return HttpSource(url=model.http.url, headers=headers)
    return CsvSource(
        path=folder / (model.csv or ""),
        key=model.key or by.value,
        encoding=model.encoding,
        delimiter=model.delimiter,
        decimal=model.decimal,
    )


def _database(url: str, folder: Path) -> str:
    scheme, _, path = url.partition(":///")
    return f"{scheme}:///{folder / path}" if scheme == "sqlite" else url


def _column(lookup: str, called: str, model: ColumnModel, usual: str) -> Column:
    currency = model.currency or usual
    is_code = bool(_CURRENCY.fullmatch(currency))
    return Column(
        name=f"{lookup}.{called}",
        kind=model.kind,
        column=model.column or called,
        doc=model.doc or "",
        currency=currency if is_code else None,
        currency_column=None if is_code else currency,
        form=model.format,
        show=model.show,
        customer=model.customer,
        label=model.label,
    )
