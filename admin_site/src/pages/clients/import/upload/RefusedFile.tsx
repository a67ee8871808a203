import { Button } from "@mui/material";
import { useMutation } from "@tanstack/react-query";
import { useNotify, useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import type { Api } from "../../../../api/client";
import { download } from "../../../../common/files/download";

/** Button that saves the rows of an import that were not stored, read page by page. */
export function RefusedFile({ importId }: { importId: number }) {
  const translate = useTranslate();
  const notify = useNotify();
  const api = useApi();
  const { mutate, isPending } = useMutation({
    mutationFn: () => pagesOf(api, importId),
    onSuccess: (pages) => download("refused.csv", "text/csv;charset=utf-8", pages),
    onError: (error) => notify(error.message, { type: "error" }),
  });
  return (
    <Button onClick={() => mutate()} disabled={isPending} sx={{ alignSelf: "flex-start" }}>
      {translate("file.save_refused")}
    </Button>
  );
}

async function pagesOf(api: Api, importId: number): Promise<string[]> {
  const pages: string[] = [];
  let cursor: string | null | undefined;
  do {
    const { data, response } = await api.GET("/api/v1/import/{import_id}/refused/", {
      params: { path: { import_id: importId }, query: { cursor } },
      parseAs: "text",
    });
    pages.push(pages.length > 0 ? withoutHeader(data ?? "") : (data ?? ""));
    cursor = /[?&]cursor=([^&>]+)/.exec(response.headers.get("Link") ?? "")?.[1];
  } while (cursor);
  return pages;
}

function withoutHeader(page: string): string {
  return page.slice(page.indexOf("\n") + 1);
}
