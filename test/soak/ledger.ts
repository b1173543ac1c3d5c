// What a soak run has seen: how every call ended, and everything that must never happen.
import type { Clock } from "#core/clock.ts";
import { ConnectError, failureOf } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { ended } from "../truth/outcome.ts";

export interface Ledger {
  /**
   * Runs a call that must settle within its deadline, and notes how it ended. An answer that was whole in time may
   * be read beyond it: `goesOn` says that it is.
   */
  call(kind: string, timeoutMs: number, run: (goesOn: () => void) => Promise<void>): Promise<void>;
  /** Notes what must never happen. */
  wrong(what: string): void;
  readonly calls: number;
  readonly underWay: number;
  readonly wrongs: readonly string[];
  /** How many calls of each kind ended in each way. */
  summary(): string;
  /** Stops watching. */
  close(): void;
}

/** What a call may take beyond its deadline, stalls of this process not counted. */
const marginMs = 2000;
const watchMs = 100;

export function ledger(clock: Clock): Ledger {
  const ends = new Map<string, Map<string, number>>();
  const wrongs: string[] = [];
  const underWay = new Map<symbol, { kind: string; until: number; hangs: boolean }>();
  let calls = 0;
  let watchedAt = clock.now();

  const wrong = (what: string) => {
    // The first say what is wrong; thousands of the same would not say more.
    if (wrongs.length < 50) wrongs.push(what);
  };
  const note = (kind: string, end: string) => {
    const counts = ends.get(kind) ?? new Map<string, number>();
    ends.set(kind, counts.set(end, (counts.get(end) ?? 0) + 1));
  };
  const callOff = clock.every(watchMs, () => {
    const now = clock.now();
    const stalledMs = Math.max(0, now - watchedAt - 2 * watchMs);
    watchedAt = now;
    for (const call of underWay.values()) {
      call.until += stalledMs;
      if (now < call.until || call.hangs) continue;
      call.hangs = true;
      wrong(`a call hangs: ${call.kind}, ${marginMs} ms after its deadline`);
    }
  });

  /** Every error is a ConnectError that says where it comes from; what this side made also says why. */
  function judged(error: unknown): string {
    if (!(error instanceof ConnectError)) {
      wrong(`no ConnectError: ${error instanceof Error ? error.stack : String(error)}`);
      return "wrong";
    }
    const origin = originOf(error);
    if (origin === undefined) wrong(`an error without an origin: ${error.message}\n${error.stack}`);
    else if (origin !== "peer" && failureOf(error) === undefined)
      wrong(`an error without a Failure: ${ended(error)}: ${error.message}`);
    return ended(error);
  }

  return {
    async call(kind, timeoutMs, run) {
      const id = Symbol();
      calls++;
      const call = { kind, until: clock.now() + timeoutMs + marginMs, hangs: false };
      underWay.set(id, call);
      const goesOn = () => {
        call.until = Math.max(call.until, clock.now() + marginMs);
      };
      const end = await run(goesOn).then(() => "ok", judged);
      underWay.delete(id);
      note(kind, end);
      if (call.hangs) wrong(`the ${kind} that hung ended ${Math.round(clock.now() - call.until)} ms later: ${end}`);
    },
    wrong,
    wrongs,
    get calls() {
      return calls;
    },
    get underWay() {
      return underWay.size;
    },
    summary() {
      const lines = [...ends]
        .sort()
        .flatMap(([kind, counts]) => [
          `  ${kind}`,
          ...[...counts].sort((a, b) => b[1] - a[1]).map(([end, count]) => `    ${String(count).padStart(8)}  ${end}`),
        ]);
      return lines.join("\n");
    },
    close: callOff,
  };
}
