import { ApiProblem } from "../../../api/problem";
import type { Versioned } from "../../../api/resources";
import type { Mailing, MailingChange, NewMailing } from "../../../api/types";
import { toMailingChange, toMailingInput, type FormValues } from "./values";

/** Calls of the API that write a draft. */
export interface DraftCalls {
  create: (body: NewMailing, idempotencyKey: string) => Promise<Versioned<Mailing>>;
  change: (id: number, body: MailingChange, etag: string | null) => Promise<Versioned<Mailing>>;
  launch: (id: number, etag: string | null) => Promise<void>;
}

/** Writes the values of one form to its draft on the server, one call after the other. */
export class DraftWriter {
  private stored: Versioned<Mailing> | undefined;
  private written: FormValues | undefined;
  private first: { values: FormValues; body: NewMailing; key: string } | undefined;
  private running: Promise<unknown> = Promise.resolve();

  /** Without a mailing, the first save creates one. `values` are those that it has. */
  constructor(
    private readonly calls: DraftCalls,
    found?: { mailing: Versioned<Mailing>; values: FormValues },
  ) {
    this.stored = found?.mailing;
    this.written = found?.values;
  }

  /** Return true if the draft has these values. */
  has(values: FormValues): boolean {
    return this.written === values;
  }

  /** Save the values and return the draft's id. */
  save(values: FormValues): Promise<number> {
    return this.next(async () => (await this.write(values)).data.id);
  }

  /** Save the values, launch exactly this version of the draft, and return its id. */
  launch(values: FormValues): Promise<number> {
    return this.next(async () => {
      const { data, etag } = await this.write(values);
      await this.calls.launch(data.id, etag);
      return data.id;
    });
  }

  private next<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.running.then(work);
    this.running = done.catch(() => undefined);
    return done;
  }

  private async write(values: FormValues): Promise<Versioned<Mailing>> {
    const stored = this.stored ?? (await this.create(values));
    if (this.has(values)) return stored;
    const changed = await this.calls.change(stored.data.id, toMailingChange(values, stored.data), stored.etag);
    this.stored = changed;
    this.written = values;
    return changed;
  }

  /** Create the draft. A call whose answer was lost is repeated as it was, so that there is no second draft. */
  private async create(values: FormValues): Promise<Versioned<Mailing>> {
    const body = { ...toMailingInput(values, new Date()), draft: true };
    const first = (this.first ??= { values, body, key: crypto.randomUUID() });
    try {
      this.stored = await this.calls.create(first.body, first.key);
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) this.first = undefined;
      throw error;
    }
    this.written = first.values;
    return this.stored;
  }
}
