// What OpenAI's two dialects share: errors, limits in headers, the key.
import { bearer, type Dialect, type Refused } from "./dialect.ts";

const errors: Readonly<Record<number, [type: string, code: string | null, message: string]>> = {
  400: ["invalid_request_error", null, "We could not parse the JSON body of your request."],
  401: ["invalid_request_error", "invalid_api_key", "Incorrect API key provided."],
  403: ["invalid_request_error", null, "You have insufficient permissions for this operation."],
  404: ["invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."],
  429: ["requests", "rate_limit_exceeded", "Rate limit reached on requests per min (RPM)."],
  500: ["server_error", null, "The server had an error while processing your request. Sorry about that!"],
  503: ["server_error", null, "The server is currently overloaded with other requests. Sorry about that!"],
};

const noQuota =
  "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs.";

export const openaiErrors: Pick<Dialect, "requestIdHeader" | "statusOf" | "keyOf" | "error" | "limitHeaders"> = {
  requestIdHeader: "x-request-id",
  statusOf: { key: 401, quota: 429 },
  keyOf: bearer,
  error: (refused) => ({ error: openaiError(refused) }),
  limitHeaders({ limit, retryAfterS }) {
    return {
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
      ...(limit && {
        "x-ratelimit-limit-requests": String(limit.requests),
        "x-ratelimit-remaining-requests": String(limit.remaining),
        "x-ratelimit-reset-requests": inGoTime(limit.resetS),
      }),
      ...(limit?.tokens && {
        "x-ratelimit-limit-tokens": String(limit.tokens.limit),
        "x-ratelimit-remaining-tokens": String(limit.tokens.remaining),
        "x-ratelimit-reset-tokens": inGoTime(limit.tokens.resetS),
      }),
    };
  },
};

export function openaiError({ status, fault, message, model, retryAfterS }: Refused) {
  const [type, code, usual] = errors[status] ?? [status < 500 ? "invalid_request_error" : "server_error", null, ""];
  if (fault === "quota") {
    return { message: message ?? noQuota, type: "insufficient_quota", param: null, code: "insufficient_quota" };
  }
  const again = status === 429 && retryAfterS !== undefined ? ` Please try again in ${inGoTime(retryAfterS)}.` : "";
  const words = status === 404 ? usual.replace("The model", `The model \`${model}\``) : usual || `status ${status}`;
  return { message: message ?? words + again, type, param: null, code };
}

/** As in "6m0s", "7s" or "120ms". */
function inGoTime(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)}ms`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}
