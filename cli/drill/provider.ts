// A replica asks its (simulated) provider; what that refuses becomes the failure an agent gives.
import { failure, Reason } from "#core/failure.ts";

/** Throws what the caller of an agent sees when the provider is at its limit or broken. */
export async function askProvider(url: string, task: string, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ model: "simulated", max_tokens: 100, messages: [{ role: "user", content: task }] });
  const res = await fetch(`${url}/v1/messages`, { method: "POST", body, signal });
  await res.text();
  if (res.ok) return;
  const seconds = res.headers.get("retry-after");
  const retryAfter = seconds === null ? {} : { retryAfterMs: Number(seconds) * 1000 };
  const isLimit = res.status === 429 || res.status === 529;
  throw failure(
    isLimit ? Reason.RATE_LIMITED : Reason.DEPENDENCY,
    `the provider answered ${res.status}: try again later`,
    { agent: "claude", ...retryAfter },
  );
}
