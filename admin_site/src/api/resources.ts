import type { Api } from "./client";
import type { Page } from "./cursors";
import type { Client, ClientChange, ClientInput, Mailing, MailingInput, Message, Tag, AuditEntry } from "./types";

/** What a list asks for: filters, the order and the place. */
export interface Query {
  limit: number;
  cursor: string | undefined;
  sort: string;
  filter: Record<string, unknown>;
}

/** A thing, with the ETag that it came with. */
export interface Versioned<Item> {
  data: Item;
  etag: string | null;
}

/** A resource over its calls; what the API has no call for is left out. */
export interface Resource<Item, Input = never, Change = Partial<Input>> {
  /** What names an item in its path. */
  key: (item: Item) => string | number;
  /** The orders that the API knows. */
  sorts: readonly string[];
  list: (query: Query) => Promise<Page<Item>>;
  get?: (key: string) => Promise<Versioned<Item>>;
  create?: (input: Input) => Promise<Versioned<Item>>;
  change?: (key: string, input: Change, etag: string | undefined) => Promise<Versioned<Item>>;
  remove?: (key: string, etag: string | undefined) => Promise<void>;
}

interface Answer<Item> {
  data?: Item;
  response: Response;
}

/** The data of an answer, which has some: what is no success was thrown. */
export function versioned<Item>({ data, response }: Answer<Item>): Versioned<Item> {
  if (data === undefined) throw new Error(`no data in the answer of ${response.url}`);
  return { data, etag: response.headers.get("ETag") };
}

// A filter comes from the page's address, so it is text of any kind; the API checks it.
const queryOf = ({ filter, ...page }: Query) => ({ ...page, ...filter }) as never;

export function clients(api: Api): Resource<Client, ClientInput, ClientChange> {
  const path = "/api/v1/client/{phone}/";
  return {
    key: (client) => client.phone,
    sorts: ["id", "phone"],
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

export function tags(api: Api): Resource<Tag, Pick<Tag, "name">> {
  const path = "/api/v1/tag/{name}/";
  return {
    key: (tag) => tag.name,
    sorts: ["name"],
    list: async (query) => versioned(await api.GET("/api/v1/tag/", { params: { query: queryOf(query) } })).data,
    get: async (name) => versioned(await api.GET(path, { params: { path: { name } } })),
    create: async (body) => versioned(await api.POST("/api/v1/tag/", { body })),
    remove: async (name) => {
      await api.DELETE(path, { params: { path: { name } } });
    },
  };
}

export function mailings(api: Api): Resource<Mailing, MailingInput> {
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

/** The messages of one mailing, which the filter names. */
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

export function audit(api: Api): Resource<AuditEntry> {
  return {
    key: (change) => change.id,
    sorts: ["id"],
    list: async (query) => versioned(await api.GET("/api/v1/audit/", { params: { query: queryOf(query) } })).data,
  };
}
