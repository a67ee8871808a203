import { Chip } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MailingStatus } from "../../api/types";
import { MAILING_STATUS } from "../statuses";

export function MailingStatusChip({ status }: { status: MailingStatus }) {
  const translate = useTranslate();
  const filled = status === "running";
  return (
    <Chip
      size="small"
      label={translate(`status.${status}`)}
      color={MAILING_STATUS[status].colour}
      variant={filled ? "filled" : "outlined"}
    />
  );
}
