import { Alert, Button, Stack } from "@mui/material";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { useApi } from "../../../../api/ApiContext";
import { MESSAGE_STATUS, isEnded } from "../../../../common/statuses";
import { usePhrases } from "../../../../i18n/phrases";
import type { FormValues } from "../values";

const POLL_MS = 1000;

type TestSendInput = Pick<FormValues, "text" | "category"> & { phone: string };

/** Button that sends the text to one phone now, with the result. */
export function TestSend({ text, phone, category }: TestSendInput) {
  const translate = useTranslate();
  const { reason } = usePhrases();
  const { send, sending, testSend, error } = useTestSend();
  return (
    <Stack spacing={1} sx={{ alignItems: "flex-start" }}>
      <Button
        size="small"
        variant="outlined"
        onClick={() => send({ text, phone, category })}
        loading={sending}
        disabled={phone === "" || text === ""}
      >
        {translate("mailing.form.test_send")}
      </Button>
      {error && <Alert severity="error">{error.message}</Alert>}
      {testSend && !error && (
        <Alert severity={MESSAGE_STATUS[testSend.status].severity}>
          {testSend.phone}: {translate(`message_status.${testSend.status}`)}
          {testSend.error &&
            `: ${reason({ code: testSend.error_code, params: testSend.error_params, text: testSend.error })}`}
        </Alert>
      )}
    </Stack>
  );
}

function useTestSend() {
  const api = useApi();
  const sent = useMutation({
    mutationFn: async (input: TestSendInput) => {
      const { data } = await api.POST("/api/v1/mailing/test/", { body: input });
      if (!data) throw new Error("no data in the answer");
      return data;
    },
  });
  const id = sent.data?.id;
  const followed = useQuery({
    queryKey: ["test-send", id],
    queryFn: async () => {
      const { data } = await api.GET("/api/v1/mailing/test/{test_id}/", { params: { path: { test_id: id ?? 0 } } });
      return data ?? null;
    },
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && isEnded(state.data.status) ? false : POLL_MS),
  });
  return {
    send: sent.mutate,
    sending: sent.isPending,
    testSend: followed.data ?? sent.data,
    error: sent.error ?? followed.error,
  };
}
