import type { Params, ProblemCode } from "../../api/types";

/** Fault of a file that was found before anything was sent, with the code that the service has for it. */
export class FileProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly params: Params = {},
  ) {
    super(code);
  }
}
