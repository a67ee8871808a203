import Next from "@mui/icons-material/ChevronRight";
import Previous from "@mui/icons-material/ChevronLeft";
import { IconButton, MenuItem, Select, Stack, Typography } from "@mui/material";
import type { ReactNode } from "react";
import { useListPaginationContext, useTranslate } from "react-admin";

const SIZES = [25, 50, 100, 250];

/** Pagination: previous page, next page, rows per page. */
export function CursorPagination({ children }: { children?: ReactNode }) {
  const translate = useTranslate();
  const { page, perPage, hasNextPage, hasPreviousPage, setPage, setPerPage } = useListPaginationContext();
  return (
    <Stack
      direction="row"
      spacing={1}
      component="nav"
      aria-label={translate("ra.navigation.page_rows_per_page")}
      sx={{ alignItems: "center", justifyContent: "flex-end", py: 0.5 }}
    >
      {children}
      <Typography variant="body2" color="textSecondary" sx={{ display: { xs: "none", sm: "block" } }}>
        {translate("ra.navigation.page_rows_per_page")}
      </Typography>
      <Select
        size="small"
        variant="standard"
        value={perPage}
        onChange={(event) => setPerPage(event.target.value)}
        inputProps={{ "aria-label": translate("ra.navigation.page_rows_per_page") }}
      >
        {SIZES.map((size) => (
          <MenuItem key={size} value={size}>
            {size}
          </MenuItem>
        ))}
      </Select>
      <IconButton
        disabled={!hasPreviousPage}
        onClick={() => setPage(page - 1)}
        aria-label={translate("ra.navigation.previous")}
      >
        <Previous />
      </IconButton>
      <Typography variant="body2">{page}</Typography>
      <IconButton
        disabled={!hasNextPage}
        onClick={() => setPage(page + 1)}
        aria-label={translate("ra.navigation.next")}
      >
        <Next />
      </IconButton>
    </Stack>
  );
}
