// How long a REST caller waits for an agent: HTTP has no deadline of its own, so a header says it.
import { longestCallMs } from "#clients/agents.ts";
import { failure, Reason } from "#core/failure.ts";

export const timeoutHeader = "X-Request-Timeout-Ms";

/** As an option of a call; nothing where the caller says nothing, and no more than an agent's calls may take anyway. */
export function timeout(headers: Headers): { timeoutMs?: number } {
  const stated = headers.get(timeoutHeader);
  if (stated === null) return {};
  if (!/^[1-9]\d{0,9}$/.test(stated)) {
    throw failure(
      Reason.INVALID_INPUT,
      `${timeoutHeader} takes whole milliseconds from 1, got ${JSON.stringify(stated)}`,
    );
  }
  return { timeoutMs: Math.min(Number(stated), longestCallMs) };
}
