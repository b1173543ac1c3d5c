// For tests of resumption: a server that counts and may die, read over connections that break by plan.
import { type CallOptions, createClient, type HandlerContext } from "@connectrpc/connect";
import { vi } from "vitest";
import { Code, type ConnectError, failureOf } from "#core/failure.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chained } from "../call/chained.ts";
import type { DurableJournal } from "./journal-store.ts";
import { journaling } from "./journaling.ts";
import type { JournalingOptions } from "./journaling-options.ts";
import { type ResumeOptions, type ResumeParts, resume } from "./resume.ts";
import { cutting, numbered, numberOf, serving, upTo, type Via } from "./testing.ts";

export interface CountingOptions {
  /** After how many messages the n-th connection breaks, from 0; undefined for never. */
  cut?: (nth: number) => number | undefined;
  /** Called when one breaks. */
  onCut?: (nth: number) => void;
  via?: Via;
  clock?: ManualClock;
  journal?: Partial<JournalingOptions>;
  resume?: Partial<ResumeOptions> & ResumeParts;
  /** Waits before a message is made. */
  before?: (n: number, context: HandlerContext) => Promise<void>;
}

/** What a read gave. */
export interface Read {
  got: number[];
  error: unknown;
  header: Headers;
  trailer: Headers;
}

/** The server gives 1 to `task`. */
export function counting(options: CountingOptions = {}) {
  const { cut = () => undefined, onCut, via } = options;
  const { clock = manualClock() } = options;
  const ran = vi.fn((_: HandlerContext) => {});
  const made: number[] = [];
  let processes = 0;

  function start() {
    let isDead = false;
    const seed = ++processes;
    const durable = options.journal?.durable && mortal(options.journal.durable, () => isDead);
    const clocked = { clock, rng: seeded(seed), key: new Uint8Array(32) };
    const journal = journaling({ ...clocked, ...options.journal, durable });
    const shutdown = new AbortController();
    const transport = serving(
      (router) =>
        journal.around(router).service(ClaudeService, {
          async *streamPlan({ request }, context) {
            ran(context);
            context.responseHeader.set("who", `process ${seed}`);
            for (const n of upTo(Number(request!.task))) {
              await options.before?.(n, context);
              made.push(n);
              yield numbered(n);
            }
            context.responseTrailer.set("bye", "now");
          },
        }),
      shutdown.signal,
    );
    const kill = () => {
      isDead = true;
    };
    return { journal, transport, shutdown, kill };
  }

  let server = start();
  const { transport, seen } = cutting(() => server.transport, cut, onCut, via);
  const resuming = chained(transport, { interceptors: [resume({ clock, rng: seeded(7), ...options.resume })], clock });

  /** Reads to the end, or as long as something comes, while time passes. */
  async function read(n: number, callOptions: CallOptions = {}, over = resuming): Promise<Read> {
    const read: Read = { got: [], error: undefined, header: new Headers(), trailer: new Headers() };
    let isOver = false;
    const reading = (async () => {
      const onHeader = (header: Headers) => (read.header = header);
      const onTrailer = (trailer: Headers) => (read.trailer = trailer);
      const client = createClient(ClaudeService, over);
      const messages = client.streamPlan({ request: { task: `${n}` } }, { onHeader, onTrailer, ...callOptions });
      for await (const message of messages) read.got.push(numberOf(message));
    })()
      .catch((error) => {
        read.error = error;
      })
      .finally(() => {
        isOver = true;
      });
    for (let step = 0; step < 2000 && !isOver; step++) await clock.advance(50);
    await reading;
    return read;
  }

  return {
    clock,
    ran,
    made,
    seen,
    transport: resuming,
    /** What lies beneath resumption: connections that break. */
    below: transport,
    get journal() {
      return server.journal;
    },
    /** The process is killed, and another one started in its place. */
    restart() {
      server.kill();
      server = start();
    },
    read,
    /** Tells all calls under way to end, as a process that drains. */
    shutDown(reason: unknown) {
      server.shutdown.abort(reason);
    },
    /** The same by a caller that says itself where it wants to go on. */
    raw: (n: number, headers: Record<string, string>, callOptions: CallOptions = {}) =>
      read(n, { headers, ...callOptions }, { unary: server.transport.unary, stream: transport.stream }),
  };
}

/** Of a process that is dead nothing is heard any more. */
function mortal(journal: DurableJournal, isDead: () => boolean): DurableJournal {
  const live = <A extends unknown[], R>(work: (...args: A) => R) => {
    return (...args: A): R => {
      if (isDead()) throw new Error("this process is dead");
      return work(...args);
    };
  };
  return {
    begin: live(journal.begin),
    find: live(journal.find),
    lease: live(journal.lease),
    append: live(journal.append),
    end: live(journal.end),
    read: live(journal.read),
  };
}

/** How a read ended, in words. */
export const how = ({ got, error }: Read) => ({
  got,
  ...(error === undefined ? {} : { code: Code[(error as ConnectError).code], reason: failureOf(error)?.reason }),
});
