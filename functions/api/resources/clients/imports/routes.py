"""`import/`: import files of any size, which are uploaded to S3 and worked on as jobs."""

import csv
import io
from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from api.audit_writer import author_of, record_change
from api.paging import Cursor, Limit, Pages
from api.request_context import Context
from api.resources.clients.imports.schemas import CreatedImport, Import, ImportInput, ImportPage, UploadRequest
from api.routing import Csv, Routes
from notifications.clients.imports import refusals
from notifications.clients.imports import repository as imports
from notifications.clients.imports.parsed_clients import Refused
from notifications.contracts.enumerations import AuditAction, AuditKind, Role
from notifications.texts.spreadsheet_cells import escape_formulas

routes = Routes("imports")

ImportId = Annotated[int, Path(description="id of the import", ge=1, lt=2**63, examples=[3])]
Sort = Annotated[Literal["id", "-id"], Query(description="field to sort by; `-` for descending")]
RowLimit = Annotated[int, Query(ge=1, le=refusals.PAGE_ROWS, description="largest number of rows on the page")]

CSV_REFUSED = Csv("""\
line,code,reason
3,phone_format,"phone: must be 11 digits that begin with 7, such as 79261234567"
7,csv_row_overridden,phone: line 9 has the same phone and was stored in its place
""")


@routes.post("/import/", role=Role.operator, summary="Create an import", status=HTTPStatus.CREATED, conflicts=False)
def create_import(context: Context, new: ImportInput) -> Response[CreatedImport]:
    """Create an import, and get the request that uploads its file: CSV as for `client/import/`, or that in gzip.

    Upload the file as `upload` says, up to 5 GB, then start the import with `POST import/{id}/start/`. The URL is valid
    for an hour. An import that is not started within a day fails, and its file is deleted. Name the `country` if the
    file has phones as they are written there.
    """
    with context.transaction() as connection:
        author = author_of(context)
        made = imports.create(connection, dry_run=new.dry_run, country=new.country, author=author, now=context.now())
    upload = UploadRequest(method="PUT", url=context.uploads.address(made.upload_key), headers={})
    body = CreatedImport(**dict(Import.model_validate(made)), upload=upload)
    return Response(HTTPStatus.CREATED, content_type="application/json", body=body)


@routes.get("/import/", role=Role.viewer, summary="List imports")
def list_imports(context: Context, limit: Limit = 50, cursor: Cursor = None, sort: Sort = "-id") -> ImportPage:
    """List imports, by default latest first. Imports that ended long ago are deleted."""
    pages = Pages(imports.ORDERS, sort=sort, cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        rows, following = pages.read(lambda **page: imports.page(connection, now=context.now(), **page))
    return ImportPage(items=[Import.model_validate(row) for row in rows], next=following)


@routes.get("/import/<import_id>/", role=Role.viewer, summary="Get an import")
def get_import(context: Context, import_id: ImportId) -> Import:
    """Get an import with its progress. Cancel it as a job, by `POST job/{job_id}/cancel/`.

    First the file is read as a whole, and `bytes_done` grows. Then its clients are stored, and `created`, `updated`,
    `refused` and `skipped` grow until they add up to `rows`. A file that cannot be read to its end stores nothing.
    """
    with context.autocommit() as connection:
        return Import.model_validate(imports.get(connection, import_id, now=context.now()))


@routes.post("/import/<import_id>/start/", role=Role.operator, summary="Start an import", status=HTTPStatus.ACCEPTED)
def start_import(context: Context, import_id: ImportId) -> Import:
    """Start the import of the uploaded file. An import that has been started goes on, and the answer is its progress.

    409 if no file has been uploaded, or a day has passed. The file follows the rules of `client/import/`, but may have
    any number of rows, up to 100,000 of them invalid. The audit log gets one entry for the import, and none for each
    client.
    """
    with context.autocommit() as connection:
        found = imports.get(connection, import_id, now=context.now())
    if found.job_id is not None:
        return Import.model_validate(found)
    upload = context.uploads.find(found.upload_key)
    with context.transaction() as connection:
        waiting = imports.get(connection, import_id, now=context.now(), lock=True)
        if waiting.job_id is not None:
            return Import.model_validate(waiting)
        author = author_of(context)
        started = imports.start(connection, waiting, upload, author=author, now=context.now())
        after = Import.model_validate(started)
        record_change(context, connection, AuditAction.IMPORT, AuditKind.IMPORT, import_id, after=after)
        context.start_importer_after_commit()
    return after


@routes.get(
    "/import/<import_id>/refused/",
    role=Role.viewer,
    summary="List the rows of an import that were not stored",
    response_csv=CSV_REFUSED,
    response_headers={"Link": 'relative URL of the next page, rel="next"; absent on the last page'},
    compressed=True,
)
def list_refused_rows(
    context: Context, import_id: ImportId, limit: RowLimit = refusals.PAGE_ROWS, cursor: Cursor = None
) -> Response[str]:
    """List the refused and the skipped rows as CSV, each with its line and the reason. `Link` has the next page."""
    pages = Pages(refusals.ORDERS, sort="line", cursor=cursor, limit=limit)
    with context.autocommit() as connection:
        imports.get(connection, import_id, now=context.now())
        rows, following = pages.read(lambda **page: refusals.page(connection, import_id, **page))
    link = f'<?{urlencode({"limit": limit, "cursor": following})}>; rel="next"'
    return Response(
        HTTPStatus.OK,
        content_type="text/csv; charset=utf-8",
        body=_write(rows),
        headers={"Link": link} if following else {},
    )


def _write(rows: Iterable[Refused]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["line", "code", "reason"])
    writer.writerows([each.line, each.code, escape_formulas(each.reason)] for each in rows)
    return file.getvalue()
