// The request messages of a stream, kept so that every attempt can send them, as long as they are small enough.
import { must, type Problem } from "../problem.ts";

export interface ReplayOptions {
  /** How much one call keeps. */
  maxCallBytes: number;
  /** How much all calls of a client keep together. */
  maxClientBytes: number;
}

export const replayDefaults: ReplayOptions = { maxCallBytes: 256 * 1024, maxClientBytes: 16 * 1024 * 1024 };

export function replayProblems({ maxCallBytes, maxClientBytes }: ReplayOptions): Problem[] {
  return [
    ...must(maxCallBytes >= 0, "replay.maxCallBytes", `must be at least 0, got ${maxCallBytes}`),
    ...must(
      maxClientBytes >= maxCallBytes,
      "replay.maxClientBytes",
      `must be at least maxCallBytes (${maxCallBytes}), got ${maxClientBytes}`,
    ),
  ];
}

export interface Replay<T> {
  /** All messages from the first, for one more attempt. */
  messages(): AsyncIterable<T>;
  /** Whether all that was sent is still here. */
  readonly isWhole: boolean;
  /** Keeps nothing any more; an attempt under way goes on. */
  drop(): void;
}

/** What all calls of a client keep together. */
export interface Replays {
  readonly bytes: number;
  /** The messages of one more call. */
  of<T>(source: AsyncIterable<T>): Replay<T>;
}

export function replays(options: ReplayOptions = replayDefaults): Replays {
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    of: (source) => replay(source, take),
  };

  /** Changes what a call keeps; false when there is no room. */
  function take(more: number, kept: number): boolean {
    if (kept + more > options.maxCallBytes || bytes + more > options.maxClientBytes) return false;
    bytes += more;
    return true;
  }
}

function replay<T>(source: AsyncIterable<T>, take: (more: number, kept: number) => boolean): Replay<T> {
  let reading: AsyncIterator<T> | undefined;
  let pulling: Promise<void> | undefined;
  let isOver = false;
  let isWhole = true;
  let keptBytes = 0;
  /** The last of the `count` messages that were read: all of them, or those that are still to be sent. */
  let kept: T[] = [];
  let count = 0;
  let attempts = 0;
  /** How many messages the newest attempt has been given. */
  let given = 0;

  /** Reads one more, for whichever attempt waits: one that was given up must not swallow it. */
  function pull(): Promise<void> {
    pulling ??= read();
    return pulling;
  }

  async function read(): Promise<void> {
    reading ??= source[Symbol.asyncIterator]();
    // A source that fails does so for every attempt: then `pulling` stays.
    const result = await reading.next();
    pulling = undefined;
    if (result.done) isOver = true;
    else keep(result.value);
  }

  function keep(message: T): void {
    const weight = isWhole ? weightOf(message) : 0;
    if (isWhole && take(weight, keptBytes)) keptBytes += weight;
    else drop();
    kept.push(message);
    count++;
  }

  function drop(): void {
    take(-keptBytes, keptBytes);
    keptBytes = 0;
    isWhole = false;
    kept = kept.slice(Math.max(0, given - (count - kept.length)));
  }

  async function* messages(): AsyncGenerator<T> {
    const attempt = ++attempts;
    for (let i = 0; ; i++) {
      while (i >= count) {
        if (isOver) return;
        await pull();
      }
      if (attempt === attempts) given = i + 1;
      yield kept[i - (count - kept.length)]!;
    }
  }

  return {
    messages,
    get isWhole() {
      return isWhole;
    },
    drop,
  };
}

/** About what a message takes, without encoding it. */
export function weightOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== "object" || value === null) return 8;
  let weight = 8;
  for (const part of Array.isArray(value) ? value : Object.values(value)) weight += weightOf(part);
  return weight;
}
