// Decides about one journaled stream: which messages are kept, who may read on from where, when its maker must wait.
//
//        first          taken              next
//   -------|--------------|------------------|------>      kept: first to next - 1
//  forgotten   history        backlog          to come     history was given to the reader and may still be lost on
//                                                          its way; the backlog nobody was given yet
//
//   append   next + 1; history beyond what can be on its way is forgotten
//   attach   a new fence: older readers are void. What lies before its position is acknowledged, thus forgotten
//   take     the reader was given a message
//   detach   nobody reads; the backlog grows to its limit, then `whenFull` decides
//   end      the last message is made

export interface Journal {
  /** Changes when numbers begin anew. */
  readonly epoch: string;
  /** The oldest message kept; `next` when none is. */
  readonly first: number;
  /** The number after the last message that a reader was given. */
  readonly taken: number;
  /** The number of the message to come. */
  readonly next: number;
  /** The newest reader's number; 0 before the first. */
  readonly fence: number;
  /** Whether that reader is there. */
  readonly isRead: boolean;
  readonly hasEnded: boolean;
}

export type WhenFull = "pause" | "drop-oldest" | "fail";

export interface JournalLimits {
  /** Messages that may wait for a reader. */
  maxMessages: number;
  /** Bytes kept of a stream. */
  maxBytes: number;
  /** Bytes that may be on their way to a reader: so many are kept after they were sent. */
  flowBytes: number;
  /** What a full journal does while nobody reads; a reader that is merely slow is always waited for. */
  whenFull: WhenFull;
}

/** Bytes of all messages before one, since the stream began. */
export type Offsets = (seq: number) => number;

export type Refusal =
  | { readonly kind: "epoch-lost" }
  /** Nothing later than `last` has been made. */
  | { readonly kind: "beyond"; readonly last: number }
  /** Nothing before `first` is kept. */
  | { readonly kind: "gap"; readonly first: number };

export function opened(epoch: string, next = 1): Journal {
  return { epoch, first: next, taken: next, next, fence: 0, isRead: false, hasEnded: false };
}

/** Whether the maker may make the next message now, must wait for a reader, or is to be ended. */
export function turn(journal: Journal, offset: Offsets, limits: JournalLimits): "make" | "wait" | "fail" {
  const { first, taken, next, isRead } = journal;
  const isFull =
    next - taken >= limits.maxMessages || (next > taken && offset(next) - offset(first) >= limits.maxBytes);
  if (!isFull) return "make";
  if (isRead || limits.whenFull === "pause") return "wait";
  return limits.whenFull === "fail" ? "fail" : "make";
}

/** One more message; `offset` knows it already. */
export function append(journal: Journal, offset: Offsets, limits: JournalLimits): Journal {
  const { taken, isRead } = journal;
  const next = journal.next + 1;
  let { first } = journal;
  const isOver = () => offset(next) - offset(first) > limits.maxBytes;
  while (first < taken && (isOver() || offset(taken) - offset(first) > limits.flowBytes)) first++;
  if (!isRead && limits.whenFull === "drop-oldest") {
    while (first < next - 1 && (isOver() || next - first > limits.maxMessages)) first++;
  }
  return { ...journal, first, next };
}

/** A reader that wants the message `next` and all after it. `available` is the first there is, if not only here. */
export function attach(
  journal: Journal,
  { epoch, next: from }: { epoch: string; next: number },
  available = journal.first,
): Journal | Refusal {
  const { next } = journal;
  if (epoch !== journal.epoch) return { kind: "epoch-lost" };
  if (from > next) return { kind: "beyond", last: next - 1 };
  if (from < available) return { kind: "gap", first: available };
  return { ...journal, first: Math.max(journal.first, from), taken: from, fence: journal.fence + 1, isRead: true };
}

/** The reader was given a message; of one that was superseded it changes nothing. */
export function take(journal: Journal, fence: number, seq: number): Journal {
  return fence === journal.fence && seq >= journal.taken ? { ...journal, taken: seq + 1 } : journal;
}

/** The reader left; of one that was superseded it changes nothing. */
export function detach(journal: Journal, fence: number): Journal {
  return fence === journal.fence && journal.isRead ? { ...journal, isRead: false } : journal;
}

export function end(journal: Journal): Journal {
  return { ...journal, hasEnded: true };
}

/** Without what was given to the reader: where room is needed for others. */
export function shed(journal: Journal): Journal {
  return { ...journal, first: Math.max(journal.first, journal.taken) };
}

export function isRefusal(outcome: Journal | Refusal): outcome is Refusal {
  return "kind" in outcome;
}
