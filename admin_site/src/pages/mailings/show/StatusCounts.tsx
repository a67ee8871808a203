import { ButtonBase, Stack, Tooltip, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { useSearchParams } from "react-router-dom";
import type { Mailing, MessageStatus } from "../../../api/types";
import { useFormats } from "../../../i18n/formats";
import { Dot } from "../../../common/mailings/MessageStatusChip";
import { StatusBar } from "../../../common/mailings/StatusBar";
import { MESSAGE_STATUS, MESSAGE_STATUSES } from "../../../common/statuses";

/** Message counts by status; a click lists the messages. */
export function StatusCounts({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { stats } = mailing;
  if (stats.total === 0) {
    return (
      <Typography color="textSecondary">
        {translate(mailing.status === "scheduled" ? "mailing.not_planned" : "app.none")}
      </Typography>
    );
  }
  return (
    <>
      <StatusBar counts={stats} height={18} />
      <Stack
        direction="row"
        useFlexGap
        sx={{ flexWrap: "wrap", mt: 1.5, columnGap: 3, rowGap: 1, alignItems: "center" }}
      >
        <Typography variant="subtitle2" data-testid="total">
          {translate("mailing.show.total")} {number(stats.total)}
        </Typography>
        {MESSAGE_STATUSES.map((status) => (
          <StatusCount key={status} status={status} value={stats[status]} />
        ))}
      </Stack>
    </>
  );
}

function StatusCount({ status, value }: { status: MessageStatus; value: number }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const [, setQuery] = useSearchParams();
  return (
    <Tooltip title={translate(`message_hint.${status}`)} describeChild>
      <ButtonBase
        onClick={() => setQuery({ messages: status })}
        sx={{ gap: 1, borderRadius: 1, px: 0.5, opacity: value === 0 ? 0.65 : 1, fontVariantNumeric: "tabular-nums" }}
        data-testid={`count-${status}`}
      >
        <Dot colour={MESSAGE_STATUS[status].colour} />
        <Typography variant="body2">
          {translate(`message_status.${status}`)} <strong>{number(value)}</strong>
        </Typography>
      </ButtonBase>
    </Tooltip>
  );
}
