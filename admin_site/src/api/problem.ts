import { HttpError } from "react-admin";

/** Problem document (RFC 9457): the body of every error response. */
export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  errors?: { loc: (string | number)[]; msg: string }[];
}

/** Error messages by field, nested like the form's values. */
export interface FieldErrors {
  [field: string]: string | FieldErrors;
}

/** Map a problem's errors to form fields: `["body", "filter", "tags", 0]` becomes `filter.tags`. */
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

/** Error response of the API. react-admin's forms read the errors by field from `body.errors`. */
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

/** Build the error of a response, whose body need not be a problem document. */
export async function problemOf(answer: Response): Promise<ApiProblem> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  return new ApiProblem(answer.status, problem);
}
