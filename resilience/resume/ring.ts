// The encoded messages of one stream, found by their numbers, with the bytes before each; from the oldest one kept.

export interface Ring {
  push(bytes: Uint8Array): void;
  /** undefined for what is forgotten or not made yet. */
  at(seq: number): Uint8Array | undefined;
  /** Bytes of all messages before one. */
  offset(seq: number): number;
  forgetBefore(seq: number): void;
  /** Bytes that are kept, with what keeping them costs. */
  readonly weight: number;
}

/** What a message costs beside its bytes. */
const messageOverhead = 32;

/** The first message pushed gets the number `next`. */
export function ring(next: number): Ring {
  let messages: Uint8Array[] = [];
  let offsets: number[] = [];
  /** The number of what stands at 0 in the lists, and where the kept ones begin. */
  let base = next;
  let start = 0;
  let end = 0;

  const before = (at: number) => (at < offsets.length ? offsets[at]! : end);

  return {
    push(bytes) {
      messages.push(bytes);
      offsets.push(end);
      end += bytes.length + messageOverhead;
    },
    at: (seq) => (seq - base < start ? undefined : messages[seq - base]),
    offset: (seq) => before(seq - base),
    forgetBefore(seq) {
      const to = Math.min(seq - base, messages.length);
      // The bytes go at once; the lists are made shorter now and then.
      for (; start < to; start++) messages[start] = none;
      if (start < 64 || start < messages.length / 2) return;
      messages = messages.slice(start);
      offsets = offsets.slice(start);
      base += start;
      start = 0;
    },
    get weight() {
      return end - before(start);
    },
  };
}

const none = new Uint8Array();
