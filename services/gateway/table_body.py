"""A table as the body of a request: what OpenAPI says of it, and how it is read."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi import Request

from services.gateway.errors import Code, Refusal
from services.gateway.tables import UnreadableTable

RowT = TypeVar("RowT")

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of a spreadsheet (ECMA-376)."""
_BINARY: Final = {"type": "string", "format": "binary"}
TABLE_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": _BINARY}, XLSX: {"schema": _BINARY}}}
}
"""For `openapi_extra` of a route whose body is one."""


async def read_table(request: Request, read: Callable[[bytes], list[RowT]], unreadable: Code) -> list[RowT]:
    """The rows of the table that a request brings.

    Args:
        read: makes rows of the file; may raise UnreadableTable.
        unreadable: what the caller is told then.

    Raises:
        Refusal: LIST_MISSING for an empty body, or `unreadable`.
    """
    content = await request.body()
    if not content:
        raise Refusal(Code.LIST_MISSING)
    try:
        return await asyncio.to_thread(read, content)
    except UnreadableTable:
        raise Refusal(unreadable) from None
