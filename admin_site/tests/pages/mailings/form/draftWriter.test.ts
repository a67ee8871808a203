import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../../../src/api/problem";
import type { Versioned } from "../../../../src/api/resources";
import type { Mailing, MailingChange, NewMailing } from "../../../../src/api/types";
import { DraftWriter, type DraftCalls } from "../../../../src/pages/mailings/form/draftWriter";
import { newValues } from "../../../../src/pages/mailings/form/values";
import { statsOf } from "../../../support/stats";

const EMPTY = { ...newValues(new Date("2026-11-23T10:00:00Z")), start_now: false };
const HI = { ...EMPTY, text: "Hi" };
const HELLO = { ...EMPTY, text: "Hello" };

/** Server with one draft, whose ETag counts its versions. It fails the next calls with the given errors. */
class FakeServer implements DraftCalls {
  readonly log: string[] = [];
  readonly keys: string[] = [];
  failures: Error[] = [];
  private version = 0;
  private mailing: Mailing | undefined;

  create = (body: NewMailing, key: string): Promise<Versioned<Mailing>> => {
    this.keys.push(key);
    const { draft, ...fields } = body;
    return this.answer(`create ${body.text} ${String(draft)}`, () => ({ ...fields, id: 7, status: "draft" }) as never);
  };

  change = (id: number, body: MailingChange, etag: string | null): Promise<Versioned<Mailing>> =>
    this.answer(`change ${id} ${body.text} of ${etag}`, () => ({ ...this.mailing, ...body }) as never);

  launch = (id: number, etag: string | null): Promise<void> => {
    this.log.push(`launch ${id} ${etag}`);
    return Promise.resolve();
  };

  private async answer(line: string, next: () => Mailing): Promise<Versioned<Mailing>> {
    this.log.push(line);
    await Promise.resolve();
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.mailing = { ...next(), stats: statsOf({}) };
    this.version += 1;
    return { data: this.mailing, etag: `v${this.version}` };
  }
}

function problem(status: number) {
  return new ApiProblem(status, {}, { whole: (_, text) => text, field: () => "" });
}

describe("a draft", () => {
  it("is created by the first save, changed by the next ones, and launched as it was saved", async () => {
    const server = new FakeServer();
    const writer = new DraftWriter(server);
    expect(await writer.save(HI)).toBe(7);
    expect(writer.has(HI)).toBe(true);
    await writer.save(HI);
    expect(writer.has(HELLO)).toBe(false);
    expect(await writer.launch(HELLO)).toBe(7);
    expect(server.log).toEqual(["create Hi true", "change 7 Hello of v1", "launch 7 v2"]);
  });

  it("is created once by saves at the same time", async () => {
    const server = new FakeServer();
    const writer = new DraftWriter(server);
    await Promise.all([writer.save(HI), writer.save(HELLO), writer.launch(HELLO)]);
    expect(server.log).toEqual(["create Hi true", "change 7 Hello of v1", "launch 7 v2"]);
  });

  it("is not created twice if an answer was lost", async () => {
    const server = new FakeServer();
    server.failures = [new TypeError("Failed to fetch"), problem(502)];
    const writer = new DraftWriter(server);
    for (const values of [HI, HELLO]) await expect(writer.save(values)).rejects.toThrow();
    expect(writer.has(HELLO)).toBe(false);
    await writer.save(HELLO);
    expect(server.log).toEqual(["create Hi true", "create Hi true", "create Hi true", "change 7 Hello of v1"]);
    expect(new Set(server.keys).size).toBe(1);
  });

  it("is created with corrected values after it was refused", async () => {
    const server = new FakeServer();
    server.failures = [problem(422)];
    const writer = new DraftWriter(server);
    await expect(writer.save(HI)).rejects.toThrow();
    await writer.save(HELLO);
    expect(server.log).toEqual(["create Hi true", "create Hello true"]);
    expect(new Set(server.keys).size).toBe(2);
  });

  it("that exists is changed only if its values differ", async () => {
    const server = new FakeServer();
    const mailing = await server.create(
      {
        text: "Hi",
        category: "marketing",
        filter: { tags: [], operator_codes: [] },
        starts_at: "",
        ends_at: "",
        draft: true,
      },
      "k",
    );
    const writer = new DraftWriter(server, { mailing, values: HI });
    await writer.launch(HI);
    expect(server.log.slice(1)).toEqual(["launch 7 v1"]);
  });
});
