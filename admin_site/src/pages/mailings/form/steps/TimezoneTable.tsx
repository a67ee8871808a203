import { Box, Table, TableBody, TableCell, TableContainer, TableHead, TableRow, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Preview } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";

/** Clients, first and last send time by time zone, in local and in the reader's time. */
export function TimezoneTable({ zones }: { zones: Preview["zones"] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const sorted = zones.toSorted((one, other) => other.clients - one.clients);
  return (
    <TableContainer sx={{ maxHeight: 360 }}>
      <Table size="small" stickyHeader>
        <TableHead>
          <TableRow>
            <TableCell>{translate("mailing.form.zone")}</TableCell>
            <TableCell align="right">{translate("mailing.form.clients")}</TableCell>
            <TableCell>{translate("mailing.form.first_send")}</TableCell>
            <TableCell>{translate("mailing.form.last_send")}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {sorted.map((zone) => (
            <TableRow key={zone.timezone}>
              <TableCell component="th" scope="row">
                {zone.timezone}
              </TableCell>
              <TableCell align="right">{number(zone.clients)}</TableCell>
              <TableCell>
                <SendTime moment={zone.first_send} zone={zone.timezone} />
              </TableCell>
              <TableCell>
                <SendTime moment={zone.last_send} zone={zone.timezone} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function SendTime({ moment, zone }: { moment: string | null; zone: string }) {
  const translate = useTranslate();
  const { short } = useFormats();
  if (moment === null) return <Typography color="error">{translate("mailing.form.never")}</Typography>;
  const [there, here] = [short(moment, zone), short(moment)];
  return (
    <Box sx={{ whiteSpace: "nowrap" }}>
      {there}
      {there !== here && (
        <Typography component="span" variant="caption" color="textSecondary">
          {" "}
          ({translate("mailing.form.yours", { time: here })})
        </Typography>
      )}
    </Box>
  );
}
