// Asks a process whether it can serve, and what it serves with.
import { type Clock, systemClock } from "#core/clock.ts";

export interface PeerReadiness {
  ready: boolean;
  /** Why not; empty when it is ready. */
  problem: string;
  engine: string;
  sandbox: string;
  version: string;
  /** How long the answer took; absent when there was none. */
  roundTripMs?: number;
}

/** Never rejects: a peer that doesn't answer within `timeoutMs` is not ready. */
export async function readiness(url: string, timeoutMs = 1000, clock: Clock = systemClock): Promise<PeerReadiness> {
  const unknown = { engine: "", sandbox: "", version: "" };
  const late = new AbortController();
  const callOff = clock.after(timeoutMs, () => late.abort(new Error(`no answer within ${timeoutMs} ms`)));
  const started = clock.now();
  try {
    const res = await fetch(`${url}/ready`, { signal: late.signal });
    const body = (await res.json()) as Record<string, unknown>;
    const word = (name: string) => (typeof body[name] === "string" ? body[name] : "");
    return {
      ready: res.ok,
      problem: res.ok ? "" : word("problem") || word("status") || `status ${res.status}`,
      engine: word("engine"),
      sandbox: word("sandbox"),
      version: word("version"),
      roundTripMs: clock.now() - started,
    };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    return { ready: false, problem: cause?.code ?? message, ...unknown };
  } finally {
    callOff();
  }
}
