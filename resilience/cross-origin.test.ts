import { cors, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { crossOrigin } from "./cross-origin.ts";
import { createResilientClient } from "./resilient-client.ts";
import { journaling } from "./resume/journaling.ts";
import { criticalityKey } from "./server/criticality.ts";
import { relay } from "./server/relay.ts";
import { faultTransport } from "./testing/fault-transport.ts";
import { settled } from "./testing/retried.ts";
import { inbound } from "./time/inbound.ts";

const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());

describe("what pages of other origins may send and read", () => {
  it("is all that a client puts into its requests, and what it reads of answers", async () => {
    const clock = manualClock();
    const streams = journaling({ clock });
    const answers: string[] = [];
    const serving = createRouterTransport(
      (router) =>
        streams.around(router).service(CodexService, {
          execute: () => ({}),
          async *streamExecute() {
            for (const value of ["a", "b", "c"]) yield { event: { body: { case: "textDelta", value } } };
          },
        }),
      { router: { interceptors: [relay()] } },
    );
    const broken = { error: { origin: "broken-after-headers" } } as const;
    // Two failures, then a good answer; a stream that breaks off, and its going on.
    const peer = faultTransport(serving, {
      script: [{ error: {} }, broken, {}, { ...broken, afterMessages: 1 }],
      clock,
    });
    const codex = createResilientClient(CodexService, { endpoints: "http://a", transport: () => peer, clock });
    const values = createContextValues().set(criticalityKey, "SHEDDABLE");
    const { contextValues } = inbound(
      { timeoutMs: () => undefined, signal: new AbortController().signal, values },
      clock,
    );
    const onHeader = (header: Headers) => answers.push(...header.keys());
    await settled(codex.execute({}, { contextValues, onHeader }), clock);
    await settled(Array.fromAsync(codex.streamExecute({}, { onHeader })), clock);

    const sent = new Set(peer.seen.flatMap(({ header }) => [...header.keys()]));
    for (const name of crossOrigin.allowedHeaders) expect([...sent], name).toContain(name);
    const allowed = [...lower(cors.allowedHeaders), ...crossOrigin.allowedHeaders];
    expect([...sent].filter((name) => !allowed.includes(name))).toEqual([]);
    expect(codex.getMetrics().streams.resumed).toBe(1);
    const own = answers.filter((name) => name.startsWith("synapse-"));
    expect(own.length).toBeGreaterThan(0);
    for (const name of own) expect(crossOrigin.exposedHeaders).toContain(name);
    await codex.close();
    streams.close();
  });
});
