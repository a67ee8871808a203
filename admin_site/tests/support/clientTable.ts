import { readTable, type Table } from "../../src/common/files/table";
import { CLIENT_FILE } from "../../src/pages/clients/import/clientFile";

/** Read a CSV file of clients. */
export function readClients(text: string): Table {
  return readTable(text, CLIENT_FILE);
}
