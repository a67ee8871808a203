import type { Api } from "./client";
import type { Page } from "./cursors";
import type {
  Client,
  ClientChange,
  ClientInput,
  ClientMessage,
  Mailing,
  MailingChange,
  NewMailing,
  Message,
  Tag,
  AuditEntry,
  Job,
  OptOut,
  Reply,
} from "./types";

/** Parameters of a list call. */
export interface Query {
  limit: number;
  cursor: string | undefined;
  sort: string;
  filter: Record<string, unknown>;
}

/** Item with its ETag. */
export interface Versioned<Item> {
  data: Item;
  etag: string | null;
}

/** Number of items of a whole list, which only its first page has. */
export interface Total {
  total: number | null;
  estimated: boolean;
}

/** Calls of one resource; operations that the API lacks are left out. */
export interface Resource<Item, Input = never, Change = Partial<Input>> {
  /** Return the part of the path that identifies the item. */
  key: (item: Item) => string | number;
  /** Fields that the API sorts by; the first is the default. */
  sorts: readonly string[];
  /** Fields of which a change has all or none. */
  together?: readonly string[];
  list: (query: Query) => Promise<Page<Item> & Partial<Total>>;
  get?: (key: string) => Promise<Versioned<Item>>;
  create?: (input: Input) => Promise<Versioned<Item>>;
  change?: (key: string, input: Change, etag: string | undefined) => Promise<Versioned<Item>>;
  remove?: (key: string, etag: string | undefined) => Promise<void>;
}

interface Answer<Item> {
  data?: Item;
  response: Response;
}

/** Return an answer's data with its ETag. Error responses have been thrown before. */
export function versioned<Item>({ data, response }: Answer<Item>): Versioned<Item> {
  if (data === undefined) throw new Error(`no data in the answer of ${response.url}`);
  return { data, etag: response.headers.get("ETag") };
}

// Filters come from the page's address as arbitrary text; the API validates them.
const queryOf = ({ filter, ...page }: Query) => ({ ...page, ...filter }) as never;

export function clients(api: Api): Resource<Client, ClientInput, ClientChange> {
  const path = "/api/v1/client/{phone}/";
  return {
    key: (client) => client.phone,
    sorts: ["id", "phone", "updated_at"],
    together: ["consent_at", "consent_source"],
    list: async (query) => versioned(await api.GET("/api/v1/client/", { params: { query: queryOf(query) } })).data,
    get: async (phone) => versioned(await api.GET(path, { params: { path: { phone } } })),
    create: async (body) => versioned(await api.POST("/api/v1/client/", { body })),
    change: async (phone, body, etag) =>
      versioned(await api.PATCH(path, { params: { path: { phone }, header: { "if-match": etag } }, body })),
    remove: async (phone, etag) => {
      await api.DELETE(path, { params: { path: { phone }, header: { "if-match": etag } } });
    },
  };
}

/** Opt-outs. Lifting one needs a reason, so it is no removal of react-admin. */
export function optOuts(api: Api): Resource<OptOut> {
  return {
    key: (optOut) => optOut.phone,
    sorts: ["at", "phone"],
    list: async (query) => versioned(await api.GET("/api/v1/optout/", { params: { query: queryOf(query) } })).data,
  };
}

/** Replies, of the phone that the filter names. The API knows one order, newest first. */
export function replies(api: Api): Resource<Reply> {
  return {
    key: (reply) => reply.id,
    sorts: ["at"],
    list: async ({ limit, cursor, filter }) =>
      versioned(await api.GET("/api/v1/reply/", { params: { query: { limit, cursor, ...filter } as never } })).data,
  };
}

export function tags(api: Api): Resource<Tag, Pick<Tag, "name">> {
  // A name in a path would be changed by the gateway.
  const path = "/api/v1/tag/by-name/";
  return {
    key: (tag) => tag.name,
    sorts: ["name"],
    list: async (query) => versioned(await api.GET("/api/v1/tag/", { params: { query: queryOf(query) } })).data,
    get: async (name) => versioned(await api.GET(path, { params: { query: { name } } })),
    create: async (body) => versioned(await api.POST("/api/v1/tag/", { body })),
    remove: async (name) => {
      await api.DELETE(path, { params: { query: { name } } });
    },
  };
}

export function mailings(api: Api): Resource<Mailing, NewMailing, MailingChange> {
  const path = "/api/v1/mailing/{mailing_id}/";
  const pathOf = (id: string) => ({ mailing_id: Number(id) });
  return {
    key: (mailing) => mailing.id,
    sorts: ["id", "starts_at"],
    list: async (query) => versioned(await api.GET("/api/v1/mailing/", { params: { query: queryOf(query) } })).data,
    get: async (id) => versioned(await api.GET(path, { params: { path: pathOf(id) } })),
    create: async (body) => versioned(await api.POST("/api/v1/mailing/", { body })),
    change: async (id, body, etag) =>
      versioned(await api.PATCH(path, { params: { path: pathOf(id), header: { "if-match": etag } }, body })),
    remove: async (id, etag) => {
      await api.DELETE(path, { params: { path: pathOf(id), header: { "if-match": etag } } });
    },
  };
}

/** Messages of the mailing that the filter names. */
export function messages(api: Api): Resource<Message> {
  return {
    key: (message) => message.id,
    sorts: ["id"],
    list: async (query) => {
      const { mailing_id, ...filter } = query.filter;
      const params = { path: { mailing_id: Number(mailing_id) }, query: queryOf({ ...query, filter }) };
      return versioned(await api.GET("/api/v1/mailing/{mailing_id}/message/", { params })).data;
    },
  };
}

/** Messages to the client whose phone the filter names. The API knows one order, newest first. */
export function clientMessages(api: Api): Resource<ClientMessage> {
  return {
    key: (message) => message.id,
    sorts: ["at"],
    list: async ({ limit, cursor, filter: { phone, ...filter } }) => {
      const params = { path: { phone: String(phone) }, query: { limit, cursor, ...filter } as never };
      return versioned(await api.GET("/api/v1/client/{phone}/message/", { params })).data;
    },
  };
}

export function jobs(api: Api): Resource<Job> {
  return {
    key: (job) => job.id,
    sorts: ["id"],
    list: async (query) => versioned(await api.GET("/api/v1/job/", { params: { query: queryOf(query) } })).data,
  };
}

export function audit(api: Api): Resource<AuditEntry> {
  return {
    key: (change) => change.id,
    sorts: ["id"],
    list: async (query) => versioned(await api.GET("/api/v1/audit/", { params: { query: queryOf(query) } })).data,
  };
}
