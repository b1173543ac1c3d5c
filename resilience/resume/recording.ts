// One stream being made, kept and read: its maker goes on without a reader, its reader reads by number, old messages and new.
import type { Clock } from "#core/clock.ts";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import type { DurableWriter } from "./durable-writer.ts";
import type { Position } from "./headers.ts";
import * as machine from "./journal.ts";
import type { Kept, StreamsKept } from "./journal-store.ts";
import { type Readable, type Reader, reader } from "./reader.ts";
import { ring } from "./ring.ts";

export interface RecordingOptions extends machine.JournalLimits {
  /** How long the maker goes on while nobody reads. */
  graceMs: number;
  /** How long an ended stream is kept. */
  keptMs: number;
  clock: Clock;
}

/** What one recording is given. */
export interface RecordingParts {
  id: string;
  epoch: string;
  /** The number of its first message, or of the one to come when others are stored. */
  next: number;
  kept: StreamsKept<Recording>;
  /** Where its messages are stored, if they are. */
  writer?: DurableWriter | undefined;
  /** Called when it is forgotten. */
  dropped?: () => void;
}

export interface Recording extends Kept {
  readonly epoch: string;
  readonly isRunning: boolean;
  /** Its maker has ended, and not well. */
  readonly hasFailed: boolean;
  /** The oldest message that can be read. */
  readonly first: number;
  /** How many messages have been made. */
  readonly last: number;
  /** What the maker says beside its messages. */
  readonly answer: { readonly header: Headers; readonly trailer: Headers };
  /** Aborts when the maker is to end. */
  readonly signal: AbortSignal;
  /** Makes the stream of what comes. */
  make<T>(work: () => AsyncIterable<T>, encode: (answer: T) => Uint8Array): void;
  read(position: Position, signal: AbortSignal): Reader | machine.Refusal;
  /** Ends the maker, and the stream. */
  abort(reason: unknown): void;
  /** Ends the maker here; if the stream is stored, another process may go on with it. */
  abandon(reason: unknown): void;
}

const nothing = () => {};

export function recording(parts: RecordingParts, options: RecordingOptions): Recording {
  const { id, epoch, next: begin, kept, writer, dropped = nothing } = parts;
  const { graceMs, keptMs, clock, ...limits } = options;
  const making = new AbortController();
  const answer = { header: new Headers(), trailer: new Headers() };
  const messages = ring(begin);
  let journal = machine.opened(epoch, begin);
  let failed: unknown;
  let isEnding = false;
  let wakeReader = nothing;
  let wakeMaker = nothing;
  let callOffGrace = nothing;
  let callOffKept = nothing;

  /** What the journal no longer keeps is forgotten; `bytes` are new. */
  function keep(next: () => typeof journal, bytes?: Uint8Array) {
    const before = messages.weight;
    if (bytes) messages.push(bytes);
    journal = next();
    messages.forgetBefore(journal.first);
    kept.grew(id, messages.weight - before);
  }

  function mayMake(): boolean {
    const verdict = machine.turn(journal, messages.offset, limits);
    if (verdict === "fail") {
      throw failure(
        Reason.TOO_LARGE,
        `${journal.next - journal.taken} messages of the stream wait and nobody reads them`,
      );
    }
    return verdict === "make" && !(kept.isFull && journal.next > journal.taken);
  }

  async function make<T>(work: () => AsyncIterable<T>, encode: (answer: T) => Uint8Array) {
    let source: AsyncIterator<T> | undefined;
    try {
      source = work()[Symbol.asyncIterator]();
      while (!isEnding) {
        if (!mayMake()) {
          await new Promise<void>((resolve) => {
            wakeMaker = resolve;
          });
          continue;
        }
        const { done, value } = await source.next();
        if (isEnding) break;
        if (done) return await finish(undefined);
        const bytes = encode(value);
        const writing = writer?.append(journal.next, bytes);
        if (writing) await writing;
        if (isEnding) break;
        keep(() => machine.append(journal, messages.offset, limits), bytes);
        wakeReader();
      }
    } catch (error) {
      await finish(error);
    }
    // Not awaited: a handler may hang in its last step.
    source?.return?.().catch(nothing);
  }

  async function finish(error: unknown, isStored = true) {
    if (isEnding) return;
    isEnding = true;
    callOffGrace();
    try {
      const writing = isStored ? writer?.end(error) : writer?.release();
      if (writing) await writing;
    } catch (cause) {
      // The end could not be stored: whoever comes after this process will find its maker lost.
      error ??= cause;
    }
    failed = error;
    journal = machine.end(journal);
    callOffKept = clock.after(keptMs, forget);
    wakeReader();
  }

  function forget() {
    if (journal.isRead) callOffKept = clock.after(keptMs, forget);
    else kept.forget(id);
  }

  function abort(reason: unknown, isStored = true) {
    if (isEnding) return;
    finish(reason, isStored);
    wakeMaker();
    making.abort(reason);
  }

  function left(fence: number, why: unknown) {
    if (fence !== journal.fence || !journal.isRead) return;
    journal = machine.detach(journal, fence);
    kept.used(id);
    wakeMaker();
    if (isEnding) return;
    // Its time is over, so nobody will come back.
    if (why !== undefined && reasonOf(why) === Reason.DEADLINE) return abort(why);
    const nobody = failure(Reason.PRODUCER_LOST, `nobody read the stream for ${graceMs} ms, so its work was ended`);
    callOffGrace = clock.after(graceMs, () => abort(nobody));
  }

  const readable: Readable = {
    get journal() {
      return journal;
    },
    get failed() {
      return failed;
    },
    at: messages.at,
    stored: (from) => writer?.read(from) ?? [],
    took(fence, seq) {
      journal = machine.take(journal, fence, seq);
      wakeMaker();
    },
    left,
    onChange(wake) {
      wakeReader = wake;
    },
  };

  function read(position: Position, signal: AbortSignal): Reader | machine.Refusal {
    const attached = machine.attach(journal, position, writer ? 1 : journal.first);
    if (machine.isRefusal(attached)) return attached;
    callOffGrace();
    keep(() => attached);
    kept.used(id);
    // The older reader learns that it is superseded.
    wakeReader();
    wakeMaker();
    return reader(readable, attached.fence, position.next, signal);
  }

  return {
    epoch,
    answer,
    get hasFailed() {
      return failed !== undefined;
    },
    get isRunning() {
      return !isEnding;
    },
    get first() {
      return writer ? 1 : journal.first;
    },
    get last() {
      return journal.next - 1;
    },
    get weight() {
      return messages.weight;
    },
    get state() {
      return journal.isRead ? "read" : journal.hasEnded ? "ended" : "orphan";
    },
    signal: making.signal,
    make,
    read,
    abort: (reason) => abort(reason),
    abandon: (reason) => abort(reason, false),
    shed: () => keep(() => machine.shed(journal)),
    resume: () => wakeMaker(),
    drop() {
      abort(failure(Reason.PRODUCER_LOST, "the stream was given up: there is no room for streams nobody reads"));
      callOffKept();
      writer?.close();
      dropped();
    },
  };
}
