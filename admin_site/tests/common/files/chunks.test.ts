import { describe, expect, it } from "vitest";
import { lineInFile, splitTable } from "../../../src/common/files/chunks";
import { readClients } from "../../support/clientTable";

const HEADER = "phone,timezone\n";
const split = (file: string, rowsPerChunk?: number) => splitTable(readClients(file), rowsPerChunk);
const bodies = (file: string, rowsPerChunk: number) => split(file, rowsPerChunk).map(({ body }) => body);

describe("a table", () => {
  it("is split at its rows, each chunk with the header", () => {
    expect(bodies(`${HEADER}1,a\n2,b\n3,c`, 2)).toEqual([`${HEADER}1,a\n2,b\n`, `${HEADER}3,c\n`]);
  });

  it("is not split inside a quoted field", () => {
    expect(bodies(`${HEADER}1,"a\nb ""c"""\n2,d\n`, 1)).toEqual([`${HEADER}1,"a\nb ""c"""\n`, `${HEADER}2,d\n`]);
  });

  it("keeps the ends of lines, but neither its byte order mark nor blank rows", () => {
    const file = 'phone,timezone\r\n1,"a\r\nb"\r\n,\r\n\r\n2,b\r\n';
    expect(bodies(file, 1)).toEqual(['phone,timezone\r\n1,"a\r\nb"\r\n', "phone,timezone\r\n2,b\r\n"]);
  });

  it("is split before a chunk grows too large for a call", () => {
    const row = (phone: number) => `${phone},${"a".repeat(400_000)}\n`;
    expect(split(HEADER + row(1) + row(2) + row(3)).map((chunk) => chunk.rows)).toEqual([2, 1]);
  });

  it("keeps all rows of a phone in one chunk, in their order", () => {
    const file = `${HEADER}1,a\n2,b\n3,c\n 1 ,d\n4,e\n"1",f\n`;
    expect(bodies(file, 2)).toEqual([`${HEADER}1,a\n 1 ,d\n"1",f\n`, `${HEADER}2,b\n3,c\n`, `${HEADER}4,e\n`]);
  });

  it("keeps all writings of a phone in one chunk", () => {
    const written = [
      "79261234567",
      "8 (926) 123-45-67",
      "+7 926 123 45 67",
      "\uff19\uff12\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    ];
    const rows = written.map((phone, index) => `${phone},a\n${index},b\n`).join("");
    expect(split(HEADER + rows, 4)[0]?.starts.map(({ inFile }) => inFile)).toEqual([2, 4, 6, 8]);
  });

  it("has no chunks without rows", () => {
    expect(split(HEADER)).toEqual([]);
    expect(split(`${HEADER}\n , \r\n`)).toEqual([]);
  });
});

it("finds the line of the file for each row of a chunk", () => {
  const file = `\n"phone","time\nzone",timezone\n\n1,"x\ny",a\n2,,b\n\n3,,c\n1,,d\n`;
  const [first, second] = split(file, 2);
  if (!first || !second) throw new Error("there must be two chunks");
  expect(first.body).toBe('"phone","time\nzone",timezone\n1,"x\ny",a\n1,,d\n');
  expect([3, 5].map((line) => lineInFile(first, line))).toEqual([5, 10]);
  expect([3, 4].map((line) => lineInFile(second, line))).toEqual([7, 9]);
});
