import { useMemo } from "react";
import { useTranslate, type TranslateFunction } from "react-admin";
import { pathOf, type FieldProblem, type ProblemWords } from "../api/problem";
import type { FactCode, ProblemCode, Reason, VerdictCode, WarningCode } from "../api/types";
import { en } from "./en";
import { useFormats, type Formats } from "./formats";
import { wordsOf, type Said } from "./parameters";
import type { CodePhrases } from "./vocabularies";

type Vocabulary = keyof CodePhrases;

interface SaidBy<Code extends string> extends Said {
  code: Code | null;
}

/** What the API says by code, in words of one language. An unknown code is said in the API's English. */
export interface Phrases {
  problem: (said: SaidBy<ProblemCode>) => string;
  reason: (said: SaidBy<Reason>) => string;
  fact: (said: SaidBy<FactCode>) => string;
  verdict: (said: SaidBy<VerdictCode>) => string;
  warning: (said: SaidBy<WarningCode>) => string;
}

/** Verdicts whose reasons are facts. */
const BY_FACTS: readonly (string | null)[] = ["waits", "not_selected", "awaits_job"] satisfies VerdictCode[];
/** Places of the labels of fields. */
const LABELS = ["field", "resources.client.fields", "resources.mailing.fields"];

/** Return the phrases of a language. */
export function phrasesOf(translate: TranslateFunction, formats: Formats): Phrases {
  const say = (vocabulary: Vocabulary, { code, params, text }: Said): string => {
    const phrase = phraseOf(vocabulary, code);
    if (phrase === undefined) return text;
    const nested = (inner: Said) => say(vocabularyInside(vocabulary, code), inner);
    const words = { ...wordsOf(params ?? {}, { translate, formats, nested }), text };
    const complete = placeholders(phrase).every((name) => name in words);
    return complete ? translate(`${vocabulary}.${code}`, words) : text;
  };
  return {
    problem: (said) => say("problem", said),
    reason: (said) => say("reason", said),
    fact: (said) => say("fact", said),
    verdict: (said) => say("verdict", said),
    warning: (said) => say("warning", said),
  };
}

/** Return the phrases of the page's language. */
export function usePhrases(): Phrases {
  const translate = useTranslate();
  const formats = useFormats();
  return useMemo(() => phrasesOf(translate, formats), [translate, formats]);
}

/** Return the words of problems in a language. */
export function problemWordsOf(translate: TranslateFunction, formats: Formats): ProblemWords {
  const { problem } = phrasesOf(translate, formats);
  const field = ({ code, params, msg }: FieldProblem) => problem({ code, params, text: msg });
  const labelled = (error: FieldProblem) => {
    const label = fieldLabel(translate, pathOf(error));
    return label ? `${label}: ${field(error)}` : field(error);
  };
  return {
    field,
    whole: ({ code = null, params, errors = [], request_id }, text) =>
      errors.length > 0
        ? errors.map(labelled).join("; ")
        : problem({ code, params: request_id ? { ...params, request_id } : params, text }),
  };
}

/** Return the label of the innermost field that has one, else the names as they are. */
export function fieldLabel(translate: TranslateFunction, path: readonly string[]): string {
  const labels = path.map((name) => LABELS.map((place) => translate(`${place}.${name}`, { _: "" })).find(Boolean));
  return labels.findLast(Boolean) ?? path.join(".");
}

/** Return the names of a phrase's placeholders. */
export function placeholders(phrase: string): string[] {
  return Array.from(phrase.matchAll(/%\{(\w+)\}/g), ([, name = ""]) => name);
}

function phraseOf(vocabulary: Vocabulary, code: string | null): string | undefined {
  const phrases: Record<string, string> = en[vocabulary];
  return code !== null && Object.hasOwn(phrases, code) ? phrases[code] : undefined;
}

/** Return the vocabulary of the codes that are parameters of a phrase. */
function vocabularyInside(outer: Vocabulary, code: string | null): Vocabulary {
  if (outer === "problem") return "problem";
  return outer === "verdict" && BY_FACTS.includes(code) ? "fact" : "reason";
}
