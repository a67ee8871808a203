import { HttpError } from "react-admin";

/** A problem document (RFC 9457), as the API answers every error. */
export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  errors?: { loc: (string | number)[]; msg: string }[];
}

/** Errors by field, nested as a form's values are. */
export interface FieldErrors {
  [field: string]: string | FieldErrors;
}

/** Puts each error of a problem at its field: `["body", "filter", "tags", 0]` is at `filter.tags`. */
export function fieldErrors(errors: NonNullable<Problem["errors"]>): FieldErrors {
  const found: FieldErrors = {};
  for (const { loc, msg } of errors) {
    const path = loc.slice(1).filter((part): part is string => typeof part === "string");
    const last = path.pop();
    if (last === undefined) continue;
    let place = found;
    for (const part of path) {
      const next = place[part];
      place = typeof next === "object" ? next : (place[part] = {});
    }
    place[last] ??= msg;
  }
  return found;
}

/** An answer that is no success. `body.errors` has the errors by field, where react-admin's forms look for them. */
export class ApiProblem extends HttpError {
  constructor(
    status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`, status, {
      errors: problem.errors ? fieldErrors(problem.errors) : undefined,
    });
  }
}

/** The error of an answer whose body may or may not be a problem document. */
export async function problemOf(answer: Response): Promise<ApiProblem> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  return new ApiProblem(answer.status, problem);
}
