import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { type Checkpoint, type CheckpointStore, memoryCheckpoints, storedCheckpoints } from "./checkpoint.ts";
import { numberOf, upTo } from "./testing.ts";
import { counting } from "./testing-count.ts";

describe("checkpoints", () => {
  /** A store whose process dies before its n-th save. */
  function memoryOf(store: CheckpointStore, nth: number, die: () => void): CheckpointStore {
    let saves = 0;
    return {
      load: store.load,
      remove: store.remove,
      save(streamId: string, checkpoint: Checkpoint) {
        if (++saves < nth) return store.save(streamId, checkpoint);
        die();
        throw new ConnectError("the process died", Code.Aborted);
      },
    };
  }

  it("saved after delivery bring a message again after a crash, and lose none", async () => {
    const store = memoryCheckpoints();
    const leaving = new AbortController();
    const checkpoints = { store: memoryOf(store, 4, () => leaving.abort()), streamId: () => "mine" };
    const server = counting({ resume: { checkpoints } });
    expect((await server.read(9, { signal: leaving.signal })).got).toEqual([1, 2, 3, 4]);
    checkpoints.store = store;
    expect((await server.read(9)).got).toEqual([4, 5, 6, 7, 8, 9]);
    expect(server.ran).toHaveBeenCalledOnce();
    expect(store.size).toBe(0);
  });

  it("saved before delivery bring none twice", async () => {
    const store = memoryCheckpoints();
    const server = counting({
      resume: { checkpoints: { store, streamId: () => "mine" }, saving: "save-then-deliver" },
    });
    const leaving = new AbortController();
    const client = createClient(ClaudeService, server.transport);
    const got: number[] = [];
    try {
      for await (const message of client.streamPlan({ request: { task: "9" } }, { signal: leaving.signal })) {
        got.push(numberOf(message));
        // Dies with the message in its hands.
        if (got.length === 4) leaving.abort();
      }
    } catch {}
    expect(got).toEqual([1, 2, 3, 4]);
    expect((await server.read(9)).got).toEqual([5, 6, 7, 8, 9]);
    expect(server.ran).toHaveBeenCalledOnce();
  });

  it("of a stream that is no longer there are removed: the next call begins anew", async () => {
    const store = memoryCheckpoints();
    const leaving = new AbortController();
    const dying = memoryOf(store, 4, () => leaving.abort());
    const checkpoints = { store: dying, streamId: () => "mine" };
    const server = counting({ resume: { checkpoints } });
    await server.read(9, { signal: leaving.signal });
    server.restart();
    checkpoints.store = store;
    expect(store.size).toBe(1);
    expect(failureOf((await server.read(9)).error)?.reason).toBe(Reason.EPOCH_LOST);
    expect(store.size).toBe(0);
    expect((await server.read(9)).got).toEqual(upTo(9));
  });

  it("are kept of the streams used last", () => {
    const store = memoryCheckpoints(2);
    for (const id of ["a", "b", "a", "c"]) store.save(id, { token: id, epoch: "e", next: 1 });
    expect(["a", "b", "c"].filter((id) => store.load(id) !== undefined)).toEqual(["a", "c"]);
  });

  it("are found in a browser's storage by whoever comes after, and gone with the stream's end", async () => {
    const texts = new Map<string, string>();
    const storage = {
      getItem: (key: string) => texts.get(key) ?? null,
      setItem: (key: string, text: string) => void texts.set(key, text),
      removeItem: (key: string) => void texts.delete(key),
    };
    const leaving = new AbortController();
    const dying = memoryOf(storedCheckpoints(storage), 4, () => leaving.abort());
    const checkpoints = { store: dying, streamId: () => "mine" };
    const server = counting({ resume: { checkpoints } });
    expect((await server.read(9, { signal: leaving.signal })).got).toEqual([1, 2, 3, 4]);
    checkpoints.store = storedCheckpoints(storage);
    expect((await server.read(9)).got).toEqual([4, 5, 6, 7, 8, 9]);
    expect(server.ran).toHaveBeenCalledOnce();
    expect(texts.size).toBe(0);
    for (const odd of ["", "{", "7", "null", "{}", '["t"]', '["t","e","1"]', '["t","e",1.5]']) {
      texts.set("synapse-stream:mine", odd);
      expect(await checkpoints.store.load("mine"), odd).toBeUndefined();
    }
  });
});
