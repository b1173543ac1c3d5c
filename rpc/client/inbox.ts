// The messages of a streamed answer: they wait here until they are read, and the peer is held back when too many do.

import type { ClientHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import { originOf } from "#core/origin.ts";
import { type Part, unpacked } from "./answer.ts";

export interface Inbox extends AsyncIterableIterator<Message> {
  /** Adds a message. */
  take(part: Part): void;
  /** No more will come: the end, or why. */
  end(error?: unknown): void;
}

export interface InboxOptions {
  maxBytes: number;
  /** The stream the messages come from. */
  stream: () => ClientHttp2Stream;
  /** The reader left, or a message can't be read: the peer need not go on. */
  left: (error?: unknown) => void;
  /** The last message was read. */
  finished: () => void;
}

type Result = IteratorResult<Message, undefined>;

/** Bytes that may wait before the peer is held back, and at which it is let go on. */
const highBytes = 256 << 10;
const lowBytes = 64 << 10;

const done: Result = { done: true, value: undefined };

export function inbox({ maxBytes, stream, left, finished }: InboxOptions): Inbox {
  const parts: Part[] = [];
  const readers: { resolve: (result: Result | Promise<Result>) => void; reject: (error: unknown) => void }[] = [];
  let first = 0;
  let bytes = 0;
  let isPaused = false;
  let isOver = false;
  let why: unknown;

  function shift(): Part | undefined {
    if (first === parts.length) return undefined;
    const part = parts[first]!;
    if (++first === parts.length) {
      parts.length = 0;
      first = 0;
    }
    bytes -= part.bytes.byteLength;
    if (isPaused && bytes < lowBytes) {
      isPaused = false;
      stream().resume();
    }
    return part;
  }

  /** What the next reader gets, if it is known. */
  function result(): Result | Promise<Result> | undefined {
    for (let part = shift(); part !== undefined; part = shift()) {
      const plain = unpacked(part, maxBytes);
      if (plain instanceof Promise) return plain.then((opened) => parsed(part!, opened) ?? result() ?? wait(), refuse);
      const message = parsed(part, plain);
      if (message !== undefined) return message;
    }
    if (!isOver) return undefined;
    if (why === undefined) {
      finished();
      return done;
    }
    const error = why;
    why = undefined;
    throw error;
  }

  function parsed(part: Part, plain: Uint8Array): Result | undefined {
    try {
      const value = part.parse(plain);
      return value === undefined ? undefined : { done: false, value };
    } catch (error) {
      return refuse(error);
    }
  }

  function refuse(error: unknown): never {
    close();
    left(error);
    throw error;
  }

  function close() {
    parts.length = first = bytes = 0;
    isOver = true;
    why = undefined;
  }

  function wait(): Promise<Result> {
    return new Promise((resolve, reject) => readers.push({ resolve, reject }));
  }

  function serve() {
    while (readers.length > 0) {
      let next: Result | Promise<Result> | undefined;
      try {
        next = result();
      } catch (error) {
        readers.shift()!.reject(error);
        continue;
      }
      if (next === undefined) return;
      readers.shift()!.resolve(next);
    }
  }

  function leave(): Promise<Result> {
    if (!isOver || parts.length > 0) {
      close();
      left();
      serve();
    }
    return Promise.resolve(done);
  }

  return {
    take(part) {
      parts.push(part);
      bytes += part.bytes.byteLength;
      if (readers.length > 0) serve();
      else if (!isPaused && bytes > highBytes) {
        isPaused = true;
        stream().pause();
      }
    },
    end(error) {
      if (isOver) return;
      const origin = originOf(error);
      // Whoever asked for the end wants no more of what has come.
      if (origin === "caller" || origin === "deadline") close();
      isOver = true;
      why = error;
      serve();
    },
    next() {
      if (readers.length > 0) return wait();
      try {
        const next = result();
        return next === undefined ? wait() : Promise.resolve(next);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    return: leave,
    throw: (error) => leave().then(() => Promise.reject(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
