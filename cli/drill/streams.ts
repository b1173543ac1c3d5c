// Streams that are read to their end, one after another in several lanes, and checked message by message.
import { crc32 } from "node:zlib";
import { createContextValues } from "@connectrpc/connect";
import type { Clock } from "#core/clock.ts";
import { listenerKey } from "#resilience/call/call.ts";
import { type Target, type Whereabouts, whereaboutsKey } from "./target.ts";

/** A message that came. */
export interface Heard extends Readonly<Whereabouts> {
  readonly id: string;
  /** From 1. */
  readonly nth: number;
}

export interface StreamRead {
  readonly id: string;
  /** Whether every message came once, in order, to the end. */
  readonly isWhole: boolean;
  readonly lost: number;
  readonly doubled: number;
  /** How often it was begun or gone on with. */
  readonly opened: number;
  readonly error: string | undefined;
}

export interface StreamLoadOptions {
  target: Target;
  lanes: number;
  /** Ends it after so many; no limit when not given. */
  count?: number;
  messages: number;
  everyMs: number;
  wordsOf: (error: unknown) => string;
  /** Told of every message. */
  onMessage: (message: Heard) => void;
  /** No stream begins after it; those under way are read to their end. */
  signal: AbortSignal;
  /** Cuts what is under way. */
  cut: AbortSignal;
  clock: Clock;
}

export interface StreamLoad {
  readonly reads: StreamRead[];
  readonly underWay: number;
  readonly ended: Promise<void>;
}

/** How long a lane waits after a stream that failed. */
const failedMs = 200;

export function streamLoad(options: StreamLoadOptions): StreamLoad {
  const { lanes, count = Number.POSITIVE_INFINITY, signal, clock } = options;
  const reads: StreamRead[] = [];
  let begun = 0;
  async function lane(): Promise<void> {
    while (!signal.aborted && begun < count) {
      const read = await readOne(`s${++begun}`, options);
      reads.push(read);
      // Where all is refused at once, lanes that went on at once would leave no time for anything else.
      if (read.error !== undefined) await clock.sleep(failedMs, signal).catch(() => {});
    }
  }
  const ended = Promise.all(Array.from({ length: lanes }, lane)).then(() => {});
  return {
    reads,
    get underWay() {
      return begun - reads.length;
    },
    ended,
  };
}

async function readOne(
  id: string,
  { target, messages, everyMs, wordsOf, onMessage, cut }: StreamLoadOptions,
): Promise<StreamRead> {
  const check = checking(id, messages);
  const where: Whereabouts = { to: 0, opened: 0 };
  let nth = 0;
  const task = `stream ${id} ${messages} ${everyMs}`;
  const contextValues = createContextValues()
    .set(whereaboutsKey, where)
    .set(listenerKey, ({ kind }) => {
      if (kind !== "reset") return;
      check.reset();
      nth = 0;
    });
  try {
    for await (const { event } of target.claude.streamPlan({ request: { task } }, { signal: cut, contextValues })) {
      check.take(event?.body.case === "textDelta" ? event.body.value : "");
      onMessage({ ...where, id, nth: ++nth });
    }
    return { id, ...check.result(), opened: where.opened, error: undefined };
  } catch (error) {
    return { id, ...check.result(), isWhole: false, opened: where.opened, error: wordsOf(error) };
  }
}

/** Follows the messages of one stream: "<id> <nth>", and the last with the sum of all. */
export function checking(id: string, messages: number) {
  const seen = new Set<number>();
  let sum = 0;
  let doubled = 0;
  let isRight = true;
  let last = 0;
  return {
    /** The stream begins anew: what came before is void. */
    reset(): void {
      seen.clear();
      [sum, last] = [0, 0];
    },
    take(text: string): void {
      const [from, number, told] = text.split(" ");
      const nth = Number(number);
      if (from !== id || !Number.isInteger(nth)) isRight = false;
      if (seen.has(nth)) doubled++;
      else if (nth !== last + 1) isRight = false;
      seen.add(nth);
      last = Math.max(last, nth);
      sum = crc32(`${from} ${number}`, sum);
      if (nth === messages && Number(told) !== sum) isRight = false;
    },
    result() {
      // What is missing before the last that came is lost; what never came after it, is cut off.
      const lost = last - seen.size;
      return { isWhole: isRight && doubled === 0 && lost === 0 && last === messages, lost, doubled };
    },
  };
}
