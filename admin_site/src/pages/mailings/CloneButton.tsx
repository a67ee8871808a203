import Clone from "@mui/icons-material/ContentCopy";
import { Button, IconButton, Tooltip } from "@mui/material";
import { useCanAccess, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Mailing } from "../../api/types";

/** Link to a new mailing that copies everything but the times. */
export function CloneButton({ mailing, iconOnly = false }: { mailing: Pick<Mailing, "id">; iconOnly?: boolean }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "mailing", action: "clone" });
  if (!canAccess) return null;
  const label = translate("mailing.actions.clone");
  const link = { component: Link, to: `/mailing/create?clone=${mailing.id}` };
  // A click on the row would open the mailing.
  const stop = (event: React.MouseEvent) => event.stopPropagation();
  if (!iconOnly) {
    return (
      <Button {...link} size="small" startIcon={<Clone />}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip title={label}>
      <IconButton {...link} size="small" onClick={stop} aria-label={`${label} #${mailing.id}`}>
        <Clone fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
