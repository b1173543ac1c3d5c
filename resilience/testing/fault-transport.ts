// A Transport around another one that fails by script: late, wrong, silent, cut after k messages; the same every time.
import type { DescMessage, DescMethod, DescMethodStreaming, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { StreamResponse, UnaryResponse } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Rng, seeded } from "#core/rng.ts";
import { type CallFault, errorOf, type FaultScript, faultFor } from "./call-fault.ts";

export interface SeenCall {
  readonly method: DescMethod;
  /** When it came, on the clock. */
  readonly atMs: number;
  readonly timeoutMs: number | undefined;
  readonly header: Headers;
}

export interface FaultTransport extends Transport {
  /** Every call so far, oldest first. */
  readonly seen: readonly SeenCall[];
  /** Calls and streams that have not ended. */
  readonly open: number;
  /** What happens from the next call on; the count goes on. */
  script(script: FaultScript): void;
}

export interface FaultTransportOptions {
  script: FaultScript;
  clock: Clock;
  rng: Rng;
}

export const faultTransportDefaults: FaultTransportOptions = { script: [], clock: systemClock, rng: seeded(1) };

export function faultTransport(inner: Transport, options: Partial<FaultTransportOptions> = {}): FaultTransport {
  const { clock, rng } = { ...faultTransportDefaults, ...options };
  let { script } = { ...faultTransportDefaults, ...options };
  const seen: SeenCall[] = [];
  const counts = new Map<DescMethod, number>();
  let open = 0;

  function begin(method: DescMethod, signal: AbortSignal | undefined, timeoutMs: number | undefined, header: unknown) {
    const nOfMethod = (counts.get(method) ?? 0) + 1;
    counts.set(method, nOfMethod);
    seen.push({ method, atMs: clock.now(), timeoutMs, header: new Headers(header as Headers | undefined) });
    open++;
    const fault = faultFor(script, { method, n: seen.length, nOfMethod, rng });
    const life = lifeOf(signal, timeoutMs, clock, () => open--);
    return { fault, life };
  }

  return {
    seen,
    get open() {
      return open;
    },
    script(next) {
      script = next;
    },
    async unary<I extends DescMessage, O extends DescMessage>(...args: Parameters<typeof inner.unary<I, O>>) {
      const [method, signal, timeoutMs, header, message, values] = args;
      const { fault, life } = begin(method, signal, timeoutMs, header);
      const call = async (): Promise<UnaryResponse<I, O>> => {
        await wait(fault.delayMs, life, clock);
        const ask = () =>
          inner.unary(method as DescMethodUnary<I, O>, life.signal, life.leftMs(), header, message, values);
        if (!ends(fault)) return ask();
        if (fault.answerLost) await ask();
        return end(fault, life);
      };
      return life.held(call()).finally(life.over);
    },
    async stream<I extends DescMessage, O extends DescMessage>(...args: Parameters<typeof inner.stream<I, O>>) {
      const [method, signal, timeoutMs, header, input, values] = args;
      const { fault, life } = begin(method, signal, timeoutMs, header);
      try {
        await life.held(wait(fault.delayMs, life, clock));
        if (ends(fault) && fault.afterMessages === undefined) return await life.held(end(fault, life));
        const res = (await life.held(
          inner.stream(method as DescMethodStreaming<I, O>, life.signal, life.leftMs(), header, input, values),
        )) as StreamResponse<I, O>;
        return { ...res, message: read<MessageShape<O>>(res.message, fault, life, clock) };
      } catch (error) {
        life.over();
        throw error;
      }
    },
  };
}

async function* read<M>(messages: AsyncIterable<M>, fault: CallFault, life: Life, clock: Clock): AsyncGenerator<M> {
  const reader = messages[Symbol.asyncIterator]();
  try {
    for (let count = 0; ; count++) {
      if (ends(fault) && count === fault.afterMessages) await life.held(end(fault, life));
      await life.held(wait(fault.betweenMs, life, clock));
      const { done, value } = await life.held(reader.next());
      if (done) return;
      yield value;
    }
  } finally {
    life.over();
  }
}

const ends = (fault: CallFault) => fault.error !== undefined || fault.hang === true;

/** Ends as the fault says; what hangs is ended by its life. */
async function end(fault: CallFault, life: Life): Promise<never> {
  if (fault.error !== undefined && !fault.hang) throw errorOf(fault.error);
  return life.held(new Promise<never>(() => {}));
}

const wait = (ms: number | undefined, life: Life, clock: Clock) =>
  ms === undefined ? Promise.resolve() : clock.sleep(ms, life.signal);

/** What ends a call from outside: its caller and its deadline. */
interface Life {
  readonly signal: AbortSignal;
  leftMs(): number | undefined;
  /** The work's result, or why the call ended before. */
  held<T>(work: Promise<T>): Promise<T>;
  over(): void;
}

function lifeOf(caller: AbortSignal | undefined, timeoutMs: number | undefined, clock: Clock, ended: () => void): Life {
  const ending = new AbortController();
  const until = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
  const late = () =>
    ending.abort(withOrigin(failure(Reason.DEADLINE, `the deadline of ${timeoutMs} ms has passed`), "deadline"));
  const left = () => {
    const { reason } = caller!;
    const isOurs = reason instanceof ConnectError;
    ending.abort(withOrigin(isOurs ? reason : failure(Reason.CANCELED, "the call was canceled"), "caller"));
  };
  const callOff = timeoutMs === undefined ? () => {} : clock.after(Math.max(0, timeoutMs), late);
  let isOver = false;
  if (caller?.aborted) left();
  else caller?.addEventListener("abort", left, { once: true });
  return {
    signal: ending.signal,
    leftMs: () => (until === undefined ? undefined : Math.max(1, Math.floor(until - clock.now()))),
    held<T>(work: Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        const aborted = () => reject(ending.signal.reason);
        const settled = () => ending.signal.removeEventListener("abort", aborted);
        if (ending.signal.aborted) aborted();
        ending.signal.addEventListener("abort", aborted, { once: true });
        work.then(resolve, reject).finally(settled);
      });
    },
    over() {
      if (isOver) return;
      isOver = true;
      callOff();
      caller?.removeEventListener("abort", left);
      // Who left a stream, or was failed by the script, needs no answer any more.
      ending.abort();
      ended();
    },
  };
}
