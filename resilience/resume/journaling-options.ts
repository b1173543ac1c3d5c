// What can be chosen about journaled streams: how much of them is kept, for how long, for whom and where.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { durationProblems, must, type Problem } from "../problem.ts";
import type { DurableJournal } from "./journal-store.ts";
import type { RecordingOptions } from "./recording.ts";

/** What a handler gives: a message or the fields of one. */
export type Answer = Record<string, unknown>;
export type Stream = (request: Message, context: HandlerContext) => AsyncIterable<Answer>;

/** A stream whose maker died. */
export interface LostStream {
  method: DescMethod;
  request: Message;
  context: HandlerContext;
  /** The number of the message to come. */
  next: number;
  /** The message before it. */
  last: Message | undefined;
}

export interface JournalingOptions extends RecordingOptions {
  /** Bytes kept of all streams. */
  processBytes: number;
  /** How many streams are made while nobody reads them; of more, those that were left first end. */
  maxOrphans: number;
  /** How long a token is good; every answer brings a new one. */
  tokenTtlMs: number;
  /** How long a durable stream is its maker's after the maker's last sign. */
  leaseMs: number;
  /** Signs the tokens, 32 bytes or more; processes that share it tell a lost stream from a forged token. */
  key: Uint8Array;
  /** This process; another one, also the same one after a restart, has another name. */
  owner: string;
  /** Who calls: a stream is only for whom it was made. */
  subject: (context: HandlerContext) => string;
  isJournaled: (method: DescMethod) => boolean;
  /** Where streams outlive this process; else they end with it. */
  durable: DurableJournal | undefined;
  /** Goes on with a stream whose maker died, from its message `next` on; undefined when it can't. */
  resumeProducer: ((lost: LostStream) => AsyncIterable<Answer> | undefined) | undefined;
  rng: Rng;
}

export function journalingDefaults(rng: Rng = systemRng): JournalingOptions {
  return {
    maxMessages: 1024,
    maxBytes: 4 << 20,
    // A stream's window in rpc/ is 1 MiB, and there are buffers before and behind it.
    flowBytes: 2 << 20,
    whenFull: "pause",
    graceMs: 60_000,
    keptMs: 300_000,
    processBytes: 64 << 20,
    // As many as a process of ours has calls at a time: all of them may lose their connection at once.
    maxOrphans: 100,
    tokenTtlMs: 3_600_000,
    leaseMs: 15_000,
    key: rng.bytes(32),
    owner: Buffer.from(rng.bytes(8)).toString("hex"),
    subject: () => "",
    isJournaled: () => true,
    durable: undefined,
    resumeProducer: undefined,
    clock: systemClock,
    rng,
  };
}

export function journalingProblems(options: JournalingOptions): Problem[] {
  const { maxMessages, maxBytes, flowBytes, processBytes, maxOrphans, key } = options;
  return [
    ...must(Number.isInteger(maxMessages) && maxMessages >= 1, "maxMessages", `must be 1 or more, got ${maxMessages}`),
    ...must(flowBytes >= 0 && flowBytes < maxBytes, "flowBytes", `must be from 0 to below maxBytes, got ${flowBytes}`),
    ...must(processBytes >= maxBytes, "processBytes", `must be at least maxBytes (${maxBytes}), got ${processBytes}`),
    ...must(Number.isInteger(maxOrphans) && maxOrphans >= 0, "maxOrphans", `must be 0 or more, got ${maxOrphans}`),
    ...must(key.length >= 32, "key", `must have 32 bytes or more, got ${key.length}`),
    ...(["graceMs", "keptMs", "tokenTtlMs", "leaseMs"] as const).flatMap((path) =>
      durationProblems(path, options[path]),
    ),
  ];
}
