import type { TranslateFunction } from "react-admin";
import type { Params } from "../api/types";
import type { Formats } from "./formats";

/** How a parameter of the API's phrases is shown. A test holds these names against openapi.json. */
const KINDS = {
  /** Text, shown as it is. */
  text: [
    "brace",
    "cause",
    "code_point",
    "column",
    "end",
    "error",
    "international",
    "method",
    "name",
    "national",
    "path",
    "pattern",
    "phone",
    "placeholder",
    "start",
    "tag",
    "timezone",
  ],
  /** Number that is no quantity. */
  identifier: ["first_year", "last_year", "line", "mailing_id", "test_id", "job_id", "import_id"],
  number: [
    ...[
      "at_most",
      "expected",
      "fields",
      "hours",
      "largest",
      "limit",
      "max_items",
      "max_length",
      "max_rows",
      "max_segments",
      "maximum",
    ],
    ...[
      "min_items",
      "min_length",
      "minimum",
      "no_consent",
      "opted_out",
      "position",
      "seconds",
      "segments",
      "tries",
      "used",
    ],
  ],
  bytes: ["max_bytes"],
  list: ["allowed", "columns", "message_ids", "names", "operator_codes", "similar", "tags"],
  moment: [
    "at",
    "closes_at",
    "due_at",
    "ends_at",
    "opens_at",
    "probe_at",
    "removed_at",
    "restored_from",
    "sent_at",
    "since",
    "starts_at",
    "until",
  ],
  /** Moment shown in the time zone that the parameter `timezone` names. */
  local_moment: ["local_time"],
  day: ["day"],
  /** Code of a country. */
  country: ["country"],
  mailing_status: ["status"],
  job_status: ["job_status"],
  role: ["role"],
  action: ["action"],
  /** Reason with a code of its own, a list of such, or text. */
  phrase: ["reason", "reasons"],
} satisfies Record<string, readonly string[]>;

type Kind = keyof typeof KINDS;

const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind as Kind])));

/** Code of a phrase with its parameters, and the API's English. */
export interface Said {
  code: string | null;
  params: Params | null | undefined;
  text: string;
}

/** What turns parameters into words. */
export interface Language {
  translate: TranslateFunction;
  formats: Formats;
  /** Return the words of a phrase that is a parameter of the one that is filled. */
  nested: (said: Said) => string;
}

/** Return the names of all known parameters. */
export function knownParameters(): ReadonlySet<string> {
  return new Set(KIND_OF.keys());
}

/** Return a phrase's parameters as words. `smart_count` is the number if there is one only. */
export function wordsOf(params: Params, language: Language): Record<string, string | number> {
  const words: Record<string, string | number> = {};
  const numbers: number[] = [];
  for (const [name, value] of Object.entries(params)) {
    words[name] = shown(name, value, params, language);
    if (KIND_OF.get(name) === "number" && typeof value === "number") numbers.push(value);
  }
  const [only] = numbers;
  return only !== undefined && numbers.length === 1 ? { ...words, smart_count: only } : words;
}

function shown(name: string, value: unknown, params: Params, { translate, formats, nested }: Language): string {
  const text = String(value);
  switch (KIND_OF.get(name)) {
    case "number":
      return typeof value === "number" ? formats.number(value) : text;
    case "bytes":
      return formats.megabytes(Number(value));
    case "list":
      return Array.isArray(value) ? formats.list(value.map(String)) : text;
    case "moment":
      return formats.precise(text);
    case "local_moment":
      return formats.precise(text, String(params["timezone"]));
    case "day":
      return formats.date(text, "UTC");
    case "country":
      return formats.country(text);
    case "mailing_status":
      return translate(`status.${text}`).toLocaleLowerCase();
    case "job_status":
      return translate(`job_status.${text}`).toLocaleLowerCase();
    case "role":
      return translate(`role.${text}`);
    case "action":
      return translate(`refused_action.${text}`);
    case "phrase":
      return [value]
        .flat()
        .map((each) => (isSaid(each) ? nested(each) : String(each)))
        .join("; ");
    default:
      return text;
  }
}

function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "text" in value;
}
