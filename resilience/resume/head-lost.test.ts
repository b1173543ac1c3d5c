import type { Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { resilientTransport } from "../stack.ts";
import { journaling } from "./journaling.ts";
import { numbered, numberOf, serving, upTo } from "./testing.ts";

/** Two servers that journal; the first stream that is opened loses its connection once its handler works, before any answer. */
function pooled(isDown: (url: string, nth: number) => boolean = () => false, isSlow = true) {
  const runs: string[] = [];
  const back = Promise.withResolvers<void>();
  let opened = 0;
  const server = (url: string): Transport => {
    const journal = journaling();
    const inner = serving((router) =>
      journal.around(router).service(ClaudeService, {
        async *streamPlan() {
          runs.push(url);
          for (const n of upTo(5)) {
            if (n === 3 && isSlow) await back.promise;
            yield numbered(n);
          }
        },
      }),
    );
    return {
      unary: inner.unary,
      async stream(...args) {
        const nth = opened++;
        if (isDown(url, nth)) throw withOrigin(failure(Reason.UNREACHABLE, `${url} can't be reached`), "unsent");
        const res = await inner.stream(...args);
        if (nth > 0) back.resolve();
        if (nth > 0) return res;
        throw withOrigin(failure(Reason.CONNECTION_LOST, `the connection to ${url} broke`), "broken-before-headers");
      },
    };
  };
  const endpoints = ["http://a", "http://b"].map((url) => ({ url }));
  const retry = { initialMs: 1, maxMs: 1 };
  const transport = resilientTransport({
    agent: "claude",
    endpoints,
    transport: server,
    config: { defaults: { retry } },
  });
  return { claude: createClient(ClaudeService, transport), runs, transport };
}

describe("a stream whose connection breaks before it has said its name", () => {
  it.each([
    ["is still at work", true],
    ["has ended meanwhile", false],
  ])("is found where it was by its key, when it %s: its handler runs once", async (_, isSlow) => {
    const { claude, runs, transport } = pooled(() => false, isSlow);
    const got = (await Array.fromAsync(claude.streamPlan({}))).map(numberOf);
    expect(got).toEqual(upTo(5));
    expect(runs).toHaveLength(1);
    await transport.close(0);
  });

  it("is made anew elsewhere when nobody is there any more", async () => {
    let gone = "";
    const { claude, runs, transport } = pooled((url, nth) => {
      if (nth === 0) gone = url;
      return nth > 0 && url === gone;
    });
    const got = (await Array.fromAsync(claude.streamPlan({}))).map(numberOf);
    expect(got).toEqual(upTo(5));
    expect(new Set(runs).size).toBe(2);
    await transport.close(0);
  });
});
