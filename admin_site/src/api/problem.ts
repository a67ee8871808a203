import { HttpError } from "react-admin";
import type { components } from "./schema";
import type { ProblemCode } from "./types";

/** Problem document (RFC 9457). The gateway's own errors have another body, of which nothing is read. */
export type Problem = Partial<components["schemas"]["Problem"]>;

/** Problem of one field of the input. */
export type FieldProblem = NonNullable<Problem["errors"]>[number];

/** Words for problems, in the language of the page. */
export interface ProblemWords {
  /** Return the words of a problem and of all its fields; the text if its code is not known. */
  whole: (problem: Problem, text: string) => string;
  /** Return the words of one field's problem. */
  field: (error: FieldProblem) => string;
}

/** Message of one field, which the path names from the outermost field on. */
export interface FieldMessage {
  path: readonly string[];
  message: string;
}

/** Messages by field, nested like the form's values. */
interface FieldErrors {
  [field: string]: string | FieldErrors;
}

/** Fields of forms that a conflict with other data concerns. */
const CONFLICTING_FIELDS: Partial<Record<ProblemCode, string>> = {
  client_exists: "phone",
  phone_just_taken: "phone",
  tag_just_changed: "tags",
  tag_exists: "name",
};

/** Error response of the API, in words. react-admin's forms read the errors by field from `body.errors`. */
export class ApiProblem extends HttpError {
  /** Errors of fields: the path of each in the input, and its words. */
  readonly fields: readonly FieldMessage[];

  constructor(
    status: number,
    readonly problem: Problem,
    words: ProblemWords,
  ) {
    const message = words.whole(problem, problem.detail ?? problem.title ?? `HTTP ${status}`);
    const conflicting = problem.code && CONFLICTING_FIELDS[problem.code];
    const fields = conflicting
      ? [{ path: [conflicting], message }]
      : (problem.errors ?? []).map((error) => ({ path: pathOf(error), message: words.field(error) }));
    super(message, status, { errors: nested(fields) });
    // react-admin's HttpError makes every error an instance of itself only.
    Object.setPrototypeOf(this, ApiProblem.prototype);
    this.fields = fields;
  }
}

/** Build the error of a response, whose body need not be a problem document. */
export async function problemOf(answer: Response, words: ProblemWords): Promise<ApiProblem> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  return new ApiProblem(answer.status, problem, words);
}

/** Return the names that lead to the field: `["body", "filter", "tags", 0]` becomes `["filter", "tags"]`. */
export function pathOf({ loc }: FieldProblem): string[] {
  return loc.slice(1).filter((part) => typeof part === "string");
}

/** Nest the messages like the form's values; the first of a field counts. */
function nested(fields: readonly FieldMessage[]): FieldErrors {
  const found: FieldErrors = {};
  for (const { path, message } of fields) {
    const last = path.at(-1);
    if (last === undefined) continue;
    let place = found;
    for (const part of path.slice(0, -1)) {
      const next = place[part];
      place = typeof next === "object" ? next : (place[part] = {});
    }
    place[last] ??= message;
  }
  return found;
}
