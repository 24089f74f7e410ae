"""A month as it is typed."""

from datetime import date

import typer


def read_month(text: str | None) -> date | None:
    """Its first day; None where no month is given.

    Raises:
        typer.BadParameter: for what is no month.
    """
    from services.gateway.desk.lapse_views import month_of  # noqa: PLC0415 (imported only when it runs)

    try:
        return month_of(text) if text else None
    except ValueError:
        raise typer.BadParameter("give a month as 2026-11 月份格式为 2026-11", param_hint="--month") from None
