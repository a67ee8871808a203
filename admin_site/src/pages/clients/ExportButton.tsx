import Export from "@mui/icons-material/Download";
import { useState } from "react";
import { Button, useListContext, useNotify, useTranslate } from "react-admin";
import type { Api } from "../../api/client";
import { download } from "../../common/files/download";
import { useApi } from "../../api/ApiContext";

const BYTE_ORDER_MARK = "\uFEFF";

type Format = "csv" | "excel";

/** Button that saves the filtered clients as CSV, read page by page. */
export function ExportButton({ format }: { format: Format }) {
  const api = useApi();
  const notify = useNotify();
  const translate = useTranslate();
  const filter = useListContext().filterValues as Record<string, string>;
  const [rows, setRows] = useState<number>();

  const save = async () => {
    setRows(0);
    try {
      const pages = await readPages(api, { ...filter, format }, setRows);
      download("clients.csv", "text/csv;charset=utf-8", fileParts(pages, format));
    } catch (error) {
      notify("client.export.failed", { type: "error", messageArgs: { reason: (error as Error).message } });
    } finally {
      setRows(undefined);
    }
  };
  const label =
    rows === undefined ? `client.export.${format}` : translate("client.export.progress", { smart_count: rows });
  return (
    <Button label={label} disabled={rows !== undefined} onClick={() => void save()}>
      <Export />
    </Button>
  );
}

/** Return the parts of the file. The browser takes the byte order mark away when it reads a page as text. */
export function fileParts(pages: string[], format: Format): string[] {
  return format === "excel" ? [BYTE_ORDER_MARK, ...pages] : pages;
}

/** Read all pages; only the first keeps its header. */
async function readPages(
  api: Api,
  filter: Record<string, string> & { format: Format },
  progress: (rows: number) => void,
): Promise<string[]> {
  const pages: string[] = [];
  let cursor: string | undefined;
  let rows = 0;
  do {
    const query = { ...filter, cursor };
    const { data, response } = await api.GET("/api/v1/client/export/", { params: { query }, parseAs: "text" });
    const page = data ?? "";
    const body = page.slice(page.indexOf("\n") + 1);
    pages.push(pages.length === 0 ? page : body);
    rows += body.split("\n").length - 1;
    progress(rows);
    cursor = nextCursor(response.headers.get("Link"));
  } while (cursor);
  return pages;
}

/** Return the cursor of a Link header: `<?cursor=…>; rel="next"`. */
export function nextCursor(link: string | null): string | undefined {
  const query = /<\?([^>]*)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return new URLSearchParams(query).get("cursor") ?? undefined;
}
