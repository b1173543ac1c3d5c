// Reads one recording from a number on: what is kept, what is stored, and then what is being made, all by the same rule.
import { failure, Reason } from "#core/failure.ts";
import type { Journal } from "./journal.ts";

export interface Reader {
  /** The next message; undefined at the end. Throws how the stream ended, that somebody else reads it, or why the signal aborted. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  leave(): void;
}

/** What is read. */
export interface Readable {
  readonly journal: Journal;
  /** How it ended; undefined when well. */
  readonly failed: unknown;
  at(seq: number): Uint8Array | undefined;
  /** What is no longer kept, from a number on, if it is stored. */
  stored(from: number): Uint8Array[] | Promise<Uint8Array[]>;
  took(fence: number, seq: number): void;
  left(fence: number, why: unknown): void;
  /** Wakes once, at the next message, the end, or a newer reader. */
  onChange(wake: () => void): void;
}

const nothing = () => {};

/** The signal's abort counts as leaving, whether or not anybody reads just then. */
export function reader(source: Readable, fence: number, from: number, signal: AbortSignal): Reader {
  let seq = from;
  let page: { from: number; messages: Uint8Array[] } = { from, messages: [] };
  let wake = nothing;

  const aborted = () => {
    source.left(fence, signal.reason);
    wake();
  };
  if (signal.aborted) aborted();
  else signal.addEventListener("abort", aborted, { once: true });

  function check() {
    if (signal.aborted) throw signal.reason;
    if (fence === source.journal.fence) return;
    signal.removeEventListener("abort", aborted);
    throw failure(Reason.SUPERSEDED, "somebody else reads this stream now: one reader at a time");
  }

  function leave() {
    signal.removeEventListener("abort", aborted);
    source.left(fence, undefined);
  }

  async function stored(): Promise<Uint8Array> {
    if (page.messages[seq - page.from] === undefined) {
      page = { from: seq, messages: await source.stored(seq) };
      check();
    }
    const bytes = page.messages[seq - page.from];
    if (bytes === undefined) throw failure(Reason.GAP, `message ${seq} of the stream is lost`);
    return bytes;
  }

  function next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    check();
    const { journal, failed } = source;
    if (seq < journal.next) {
      const bytes = source.at(seq);
      return bytes === undefined ? stored().then(took) : took(bytes);
    }
    if (!journal.hasEnded) return changed().then(next);
    leave();
    if (failed !== undefined) throw failed;
    return undefined;
  }

  function took(bytes: Uint8Array): Uint8Array {
    source.took(fence, seq++);
    return bytes;
  }

  function changed(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      source.onChange(resolve);
    });
  }

  return { next, leave };
}
