"""Writes clients as CSV, in the format that an import reads.

A cell that a spreadsheet would run as a formula gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Sequence

from notifications.clients.client import Client
from notifications.clients.imports.attribute_cells import write_cell
from notifications.clients.imports.csv_format import COLUMNS
from notifications.schedules.moments import as_text
from notifications.texts.spreadsheet_cells import escape_formulas

# Keep a page of an export within Lambda's 6 MB.
MAX_EXPORT_ROWS = 10_000
MAX_EXPORT_CHARACTERS = 2_000_000

BYTE_ORDER_MARK = "\ufeff"


def write_clients(
    clients: Sequence[Client], names: Sequence[str], *, for_excel: bool = False
) -> tuple[str, Client | None]:
    """Return clients as CSV with a header, and the last client written. `MAX_EXPORT_CHARACTERS` may end it early.

    Args:
        names: attributes that get a column.
        for_excel: begin with a byte order mark and separate by semicolons, which Excel opens with a double click.
    """
    file, last = io.StringIO(), None
    if for_excel:
        file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";" if for_excel else ",")
    writer.writerow([*COLUMNS, *names])
    for each in clients:
        if file.tell() > MAX_EXPORT_CHARACTERS:
            break
        own = (write_cell(each.attributes[name]) if name in each.attributes else "" for name in names)
        writer.writerow(map(escape_formulas, [*_fields(each), *own]))
        last = each
    return file.getvalue(), last


def _fields(client: Client) -> list[str]:
    """Return the cells of `COLUMNS`."""
    return [
        client.phone,
        client.operator_code or "",
        "|".join(client.tags),
        client.timezone,
        as_text(client.consent_at) if client.consent_at else "",
        client.consent_source or "",
    ]
