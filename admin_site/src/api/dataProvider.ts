import type { DataProvider, GetListParams, Identifier } from "react-admin";
import type { Api } from "./client";
import { Cursors } from "./cursors";
import {
  audit,
  clientMessages,
  clients,
  jobs,
  mailings,
  messages,
  optOuts,
  replies,
  tags,
  type Versioned,
  type Resource,
} from "./resources";

type Item = Record<string, unknown>;
type AnyResource = Resource<Item, Item>;

/** Create react-admin's data provider over the API: keyset pages, ETags, and updates that send changed fields only. */
export function createDataProvider(api: Api): DataProvider {
  const resources = {
    client: clients(api),
    optout: optOuts(api),
    tag: tags(api),
    mailing: mailings(api),
    message: messages(api),
    client_message: clientMessages(api),
    reply: replies(api),
    job: jobs(api),
    audit: audit(api),
  } as unknown as Record<string, AnyResource>;
  const cursors = new Cursors();
  const etags = new Map<string, string>();

  const resourceNamed = (name: string): AnyResource => {
    const resource = resources[name];
    if (!resource) throw new Error(`there is no resource ${name}`);
    return resource;
  };
  const withId = (name: string, item: Item) => ({ ...item, id: resourceNamed(name).key(item) });
  const etagKey = (name: string, id: Identifier) => `${name}/${id}`;
  const remember = (name: string, { data, etag }: Versioned<Item>) => {
    const item = withId(name, data);
    if (etag) etags.set(etagKey(name, item.id), etag);
    return { data: item };
  };
  const remove = async (name: string, id: Identifier) => {
    await supported(resourceNamed(name).remove)(String(id), etags.get(etagKey(name, id)));
    etags.delete(etagKey(name, id));
  };

  const provider = {
    async getList(name: string, params: GetListParams) {
      const { page = 1, perPage = 50 } = params.pagination ?? {};
      const sort = sortParameter(resourceNamed(name), params.sort);
      const filter = withoutEmpty(params.filter as Item);
      const { items, next, ...meta } = await cursors.page(
        JSON.stringify([name, filter, sort, perPage]),
        page,
        (cursor) => resourceNamed(name).list({ limit: perPage, cursor, sort, filter }),
      );
      const pageInfo = { hasNextPage: next !== null, hasPreviousPage: page > 1 };
      return { data: items.map((item) => withId(name, item)), pageInfo, meta };
    },
    getOne: async (name: string, { id }: { id: Identifier }) =>
      remember(name, await supported(resourceNamed(name).get)(String(id))),
    async getMany(name: string, { ids }: { ids: Identifier[] }) {
      const found = await Promise.all(ids.map((id) => supported(resourceNamed(name).get)(String(id))));
      return { data: found.map(({ data }) => withId(name, data)) };
    },
    getManyReference: () => Promise.reject(new Error("lists of references are lists with a filter")),
    create: async (name: string, { data }: { data: Item }) =>
      remember(name, await supported(resourceNamed(name).create)(data)),
    async update(name: string, params: { id: Identifier; data: Item; previousData: Item }) {
      const change = changedFields(params.data, params.previousData, resourceNamed(name).together);
      const etag = etags.get(etagKey(name, params.id));
      return remember(name, await supported(resourceNamed(name).change)(String(params.id), change, etag));
    },
    updateMany: () => Promise.reject(new Error("the API changes one thing at a time")),
    async delete(name: string, params: { id: Identifier; previousData?: Item }) {
      await remove(name, params.id);
      return { data: params.previousData ?? { id: params.id } };
    },
    async deleteMany(name: string, { ids }: { ids: Identifier[] }) {
      for (const id of ids) await remove(name, id);
      return { data: ids };
    },
  };
  // react-admin's signatures return the record type that the caller names, which cannot be checked here.
  return provider as unknown as DataProvider;
}

function supported<Call>(call: Call | undefined): Call {
  if (call === undefined) throw new Error("the API has no such call");
  return call;
}

/** Return the API's `sort` parameter, `-` first for descending; an unknown field becomes the resource's first. */
export function sortParameter(resource: Pick<AnyResource, "sorts">, sort: GetListParams["sort"]): string {
  const field = sort && resource.sorts.includes(sort.field) ? sort.field : resource.sorts[0];
  return sort?.order === "DESC" ? `-${field}` : `${field}`;
}

/** Return the fields that differ from the previous record; of those that belong `together`, all or none. */
export function changedFields(data: Item, previous: Item, together: readonly string[] = []): Item {
  const differs = (name: string) => JSON.stringify(data[name]) !== JSON.stringify(previous[name]);
  const changed = Object.keys(data).filter((name) => name !== "id" && differs(name));
  const others = together.some((name) => changed.includes(name)) ? together : [];
  return Object.fromEntries([...new Set([...changed, ...others])].map((name) => [name, data[name]]));
}

function withoutEmpty(filter: Item): Item {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== "" && value != null));
}
