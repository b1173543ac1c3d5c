import { createClient, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { messageOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chained } from "../chained.ts";
import { journaling } from "../resume/journaling.ts";
import type { JournalingOptions } from "../resume/journaling-options.ts";
import { type ResumeOptions, type ResumeParts, resume } from "../resume/resume.ts";
import { cutting, numbered, numberOf, serving, upTo } from "../resume/testing.ts";

/** A server that counts to `task`, and a client whose connections break by plan. */
function counting(
  after: (nth: number) => number | undefined,
  options: { journal?: Partial<JournalingOptions>; resume?: Partial<ResumeOptions> & ResumeParts } = {},
) {
  const clock = manualClock();
  const ran = vi.fn((_: HandlerContext) => {});
  const made: number[] = [];
  const process = (seed: number) => {
    const journal = journaling({ clock, rng: seeded(seed), key: new Uint8Array(32), ...options.journal });
    return {
      journal,
      transport: serving((router) =>
        journal.around(router).service(ClaudeService, {
          async *streamPlan({ request }, context) {
            ran(context);
            for (const n of upTo(Number(request!.task))) {
              made.push(n);
              yield numbered(n);
            }
          },
        }),
      ),
    };
  };
  let server = process(1);
  const { transport, seen } = cutting(() => server.transport, after);
  const interceptors = [resume({ clock, rng: seeded(2), ...options.resume })];
  const client = createClient(ClaudeService, chained(transport, { interceptors, clock }));
  return {
    clock,
    ran,
    made,
    seen,
    client,
    get journal() {
      return server.journal;
    },
    restart: () => {
      server = process(3);
    },
    /** Reads to the end while time passes. */
    async read(n: number, callOptions: Parameters<typeof client.streamPlan>[1] = {}) {
      const got: number[] = [];
      const reading = (async () => {
        for await (const message of client.streamPlan({ request: { task: `${n}` } }, callOptions)) {
          got.push(numberOf(message));
        }
      })();
      let isOver = false;
      reading
        .finally(() => {
          isOver = true;
        })
        .catch(() => {});
      for (let step = 0; step < 1000 && !isOver; step++) await clock.advance(50);
      const error = await reading.then(
        () => undefined,
        (error: unknown) => error,
      );
      return { got, error };
    },
  };
}

describe("resumable streams", () => {
  it("45. gives 1..N exactly once and in order, from one execution, wherever the stream is cut", async () => {
    const n = 12;
    for (const k of [0, ...upTo(n)]) {
      const { read, ran } = counting((nth) => (nth === 0 ? k : undefined));
      const { got, error } = await read(n);
      expect(messageOf(error ?? "")).toBe("");
      expect(got).toEqual(upTo(n));
      expect(ran).toHaveBeenCalledOnce();
    }
  });
});
