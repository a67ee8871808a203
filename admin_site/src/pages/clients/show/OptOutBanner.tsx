import { Alert, AlertTitle, Box } from "@mui/material";
import { useTranslate } from "react-admin";
import type { ClientDetails } from "../../../api/types";
import { LiftOptOut } from "../../../common/optOuts/LiftOptOut";
import { useFormats } from "../../../i18n/formats";

/** Message that a client has opted out, with a button to lift the opt-out. */
export function OptOutBanner({ client: { phone, opt_out } }: { client: ClientDetails }) {
  const translate = useTranslate();
  const { moment } = useFormats();
  // A record that the list has loaded has none until the page has loaded its own.
  if (!opt_out) return null;
  const source = translate(`opt_out_source.${opt_out.source}`);
  const origin = translate("opt_out.origin", { source, time: moment(opt_out.at) });
  return (
    <Alert severity="warning" action={<LiftOptOut phone={phone} />}>
      <AlertTitle>{translate(`opt_out.banner.${opt_out.scope}`)}</AlertTitle>
      {origin}
      {opt_out.reason && <Box sx={{ overflowWrap: "anywhere" }}>{opt_out.reason}</Box>}
    </Alert>
  );
}
