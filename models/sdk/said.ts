// What a provider says in an error, whichever way it writes one, and which fault that is.
import { Fault } from "../provider-failure.ts";
import { type Json, objectOf, textOf } from "./dialect.ts";

export interface Said {
  /** Its own words; empty when there are none. */
  readonly message: string;
  /** Its types and codes, small letters, one after the other. */
  readonly codes: string;
  readonly requestId: string;
}

/** Reads `{error: {...}}`, `{response: {error: {...}}}`, `{error: "..."}`, a list of one of them, and the bare error. */
export function saidIn(body: unknown): Said {
  const outer = objectOf(Array.isArray(body) ? body[0] : body);
  const nested = outer.error ?? objectOf(outer.response).error;
  const error = typeof nested === "object" ? objectOf(nested) : outer;
  const details = listOf(error.details).map(objectOf);
  // Google's: which quota it is, such as "GenerateRequestsPerDayPerProjectPerModel".
  const quotas = details.flatMap(({ violations }) =>
    listOf(violations).map((violation) => objectOf(violation).quotaId),
  );
  const reasons = [...details.map(({ reason }) => reason), ...quotas];
  return {
    message: textOf(nested) ?? textOf(error.message) ?? textOf(error.detail) ?? "",
    codes: [error.type, error.code, error.status, ...reasons].filter(isCode).join(" ").toLowerCase(),
    requestId: textOf(outer.request_id) ?? "",
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isCode = (value: unknown) => typeof value === "string" || typeof value === "number";

/** The body of a refusal: JSON, or words that are none. */
export function saidBy(text: string): Said & { readonly body: Json } {
  try {
    const body: unknown = JSON.parse(text);
    return { ...saidIn(body), body: objectOf(Array.isArray(body) ? body[0] : body) };
  } catch {
    return { message: "", codes: "", requestId: "", body: {} };
  }
}

interface Rule {
  readonly fault: Fault;
  readonly statuses?: readonly number[];
  readonly codes?: RegExp;
  readonly message?: RegExp;
}

/** In their order: the first that fits. An error within a stream has codes and no status of its own. */
const rules: readonly Rule[] = [
  { fault: Fault.QUOTA, statuses: [402], codes: /insufficient_quota|insufficient_balance|billing|perday/ },
  { fault: Fault.QUOTA, message: /credit balance is too low|reached your specified api usage limits/i },
  {
    fault: Fault.AUTH,
    statuses: [401],
    codes: /authentication|api_key_invalid|invalid_api_key|unauthenticated|\b401\b/,
  },
  { fault: Fault.REFUSED, codes: /content_policy|content_filter/ },
  { fault: Fault.FORBIDDEN, statuses: [403], codes: /permission|\b403\b/ },
  { fault: Fault.RATE_LIMIT, statuses: [429], codes: /rate_limit|resource_exhausted|\b429\b/ },
  { fault: Fault.OVERLOADED, statuses: [503, 529], codes: /overloaded|unavailable|\b5(?:03|29)\b/ },
  { fault: Fault.SERVER, statuses: [408, 409, 425], codes: /timeout|\b40[89]\b/ },
  { fault: Fault.REQUEST, codes: /invalid|not_found|bad_request|too_large|context_length|\b4\d\d\b/ },
];

/** `status` is that of the answer, 200 where the error came within a stream. */
export function faultOf(status: number, { codes, message }: Said): Fault {
  const fits = ({ statuses, ...rule }: Rule) =>
    statuses?.includes(status) || rule.codes?.test(codes) || rule.message?.test(message);
  const stated = rules.find(fits)?.fault ?? Fault.SERVER;
  if (status >= 500 && stated === Fault.REQUEST) return Fault.SERVER;
  return status >= 300 && status < 500 && stated === Fault.SERVER && !mayPass.has(status) ? Fault.REQUEST : stated;
}

const mayPass = new Set([408, 409, 425]);
