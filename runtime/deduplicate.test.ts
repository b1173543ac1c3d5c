import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { deduplicating, type ResponseStore, type StoredResponse } from "./deduplicate.ts";

function memory(): ResponseStore {
  const kept = new Map<string, StoredResponse>();
  return {
    find: (key) => kept.get(key),
    save: (key, fingerprint, messages) => kept.set(key, { fingerprint, messages }),
  };
}

function opened(plan: (task: string) => Promise<string>) {
  const transport = createRouterTransport((router) =>
    deduplicating(router, memory()).service(ClaudeService, {
      plan: async ({ task }) => ({ plan: { summary: await plan(task) } }),
      async *streamPlan({ request }) {
        yield { event: { attempt: 1, body: { case: "textDelta", value: "thinking" } } };
        const summary = await plan(request!.task);
        yield {
          event: { attempt: 1, body: { case: "result", value: { value: { case: "plan", value: { summary } } } } },
        };
      },
    }),
  );
  return createClient(ClaudeService, transport);
}
const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

async function read(stream: AsyncIterable<{ event?: { body: { case?: string | undefined } } | undefined }>) {
  const cases: (string | undefined)[] = [];
  for await (const { event } of stream) cases.push(event?.body.case);
  return cases;
}

describe("deduplicate", () => {
  it("does the work once for one key, and says that the second answer is a stored one", async () => {
    const work = vi.fn(async (task: string) => `plan of ${task}`);
    const client = opened(work);
    let replayed: string | null = null;
    await client.plan({ task: "a" }, keyed("k"));
    const again = await client.plan(
      { task: "a" },
      { ...keyed("k"), onHeader: (h) => (replayed = h.get("synapse-replayed")) },
    );
    expect(again.plan?.summary).toBe("plan of a");
    expect(replayed).toBe("true");
    expect(work).toHaveBeenCalledOnce();
  });

  it("does the work again for another key, and without one", async () => {
    const work = vi.fn(async () => "done");
    const client = opened(work);
    for (const options of [keyed("k1"), keyed("k2"), {}, {}]) await client.plan({ task: "a" }, options);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it("refuses another request under the same key", async () => {
    const client = opened(async () => "done");
    await client.plan({ task: "a" }, keyed("k"));
    const error = await client.plan({ task: "b" }, keyed("k")).catch((e) => e);
    expect(failureOf(error)?.reason).toBe(Reason.IDEMPOTENCY_MISMATCH);
  });

  it("lets a second caller wait for the first one's result", async () => {
    const gate = Promise.withResolvers<string>();
    const work = vi.fn(() => gate.promise);
    const client = opened(work);
    const both = [client.plan({ task: "a" }, keyed("k")), client.plan({ task: "a" }, keyed("k"))];
    await vi.waitFor(() => expect(work).toHaveBeenCalled());
    gate.resolve("once");
    expect((await Promise.all(both)).map((answer) => answer.plan?.summary)).toEqual(["once", "once"]);
    expect(work).toHaveBeenCalledOnce();
  });

  it("does not keep a failure: the next call does the work", async () => {
    const work = vi.fn(async () => "done").mockRejectedValueOnce(new Error("no"));
    const client = opened(work);
    await expect(client.plan({ task: "a" }, keyed("k"))).rejects.toThrow();
    expect((await client.plan({ task: "a" }, keyed("k"))).plan?.summary).toBe("done");
  });

  it("gives the answer though it could not be kept, and says so", async () => {
    const full = {
      find: () => undefined,
      save: () => {
        throw new Error("disk full");
      },
    };
    const told = vi.fn();
    const transport = createRouterTransport((router) =>
      deduplicating(router, full, told).service(ClaudeService, { plan: ({ task }) => ({ plan: { summary: task } }) }),
    );
    const answer = await createClient(ClaudeService, transport).plan({ task: "a" }, keyed("k"));
    expect(answer.plan?.summary).toBe("a");
    expect(told).toHaveBeenCalledOnce();
  });

  it("replays a stream in full", async () => {
    const work = vi.fn(async () => "done");
    const client = opened(work);
    const request = { request: { task: "a" } };
    expect(await read(client.streamPlan(request, keyed("k")))).toEqual(["textDelta", "result"]);
    expect(await read(client.streamPlan(request, keyed("k")))).toEqual(["textDelta", "result"]);
    expect(work).toHaveBeenCalledOnce();
  });

  it("refuses a key that can't be one", async () => {
    const error = await opened(async () => "done")
      .plan({ task: "a" }, keyed("k".repeat(256)))
      .catch((e) => e);
    expect(failureOf(error)?.reason).toBe(Reason.INVALID_INPUT);
  });
});
