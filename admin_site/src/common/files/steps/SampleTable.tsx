import { Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from "@mui/material";
import type { Samples } from "../table";

/** Table of some rows of a file. */
export function SampleTable({ samples }: { samples: Samples }) {
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            {samples.columns.map((column) => (
              <TableCell key={column}>{column}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {samples.rows.map((row) => (
            <TableRow key={row.line}>
              {samples.columns.map((column, index) => (
                <TableCell key={column}>{row.fields[index]}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
