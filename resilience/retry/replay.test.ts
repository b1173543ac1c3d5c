import { describe, expect, it } from "vitest";
import { ConfigError, refuse } from "../problem.ts";
import { replayProblems, replays, weightOf } from "./replay.ts";

async function* of(...messages: string[]) {
  yield* messages;
}
const x = (count: number) => "x".repeat(count);

describe("replay", () => {
  it("gives every attempt all messages, from one reading of the source", async () => {
    const replay = replays().of(of("a", "b", "c"));
    const givenUp = replay.messages()[Symbol.asyncIterator]();
    expect(await givenUp.next()).toEqual({ done: false, value: "a" });
    expect(await Array.fromAsync(replay.messages())).toEqual(["a", "b", "c"]);
    expect(await Array.fromAsync(replay.messages())).toEqual(["a", "b", "c"]);
    expect(replay.isWhole).toBe(true);
  });

  it("loses nothing to an attempt that was given up while it waited", async () => {
    const late = Promise.withResolvers<string>();
    const source = async function* () {
      yield late.promise;
    };
    const replay = replays().of(source());
    void replay.messages()[Symbol.asyncIterator]().next();
    const second = Array.fromAsync(replay.messages());
    late.resolve("a");
    expect(await second).toEqual(["a"]);
  });

  it("keeps a call's messages up to its limit, then sends on without keeping", async () => {
    const room = replays({ maxCallBytes: 100, maxClientBytes: 1000 });
    const replay = room.of(of(x(60), x(40), x(1), x(70)));
    expect((await Array.fromAsync(replay.messages())).map(({ length }) => length)).toEqual([60, 40, 1, 70]);
    expect(replay.isWhole).toBe(false);
    expect(room.bytes).toBe(0);
  });

  it("keeps all calls' messages up to the client's limit, and gives room back once", async () => {
    const room = replays({ maxCallBytes: 100, maxClientBytes: 150 });
    const [first, second] = [room.of(of(x(100))), room.of(of(x(100)))];
    await Array.fromAsync(first.messages());
    await Array.fromAsync(second.messages());
    expect([first.isWhole, second.isWhole, room.bytes]).toEqual([true, false, 100]);
    first.drop();
    first.drop();
    expect(room.bytes).toBe(0);
  });

  it("lets the attempt under way have what it has not sent when the rest is dropped", async () => {
    const replay = replays().of(of("a", "b", "c"));
    await Array.fromAsync(replay.messages());
    const reading = replay.messages()[Symbol.asyncIterator]();
    await reading.next();
    replay.drop();
    expect([(await reading.next()).value, (await reading.next()).value]).toEqual(["b", "c"]);
  });

  it("fails each attempt whose source fails", async () => {
    const source = async function* () {
      yield "a";
      throw new Error("source");
    };
    const replay = replays().of(source());
    for (const _ of [1, 2]) await expect(Array.fromAsync(replay.messages())).rejects.toThrow("source");
  });

  it("weighs text, bytes and what holds them", () => {
    const small = weightOf({ a: "x", b: [1, 2n, true], c: undefined });
    expect(weightOf({ a: x(1001), b: [1, 2n, true], c: undefined }) - small).toBe(1000);
    expect(weightOf({ deep: [{ bytes: new Uint8Array(5000) }] })).toBeGreaterThanOrEqual(5000);
    expect(weightOf({ deep: [{ bytes: new Uint8Array(5000) }] })).toBeLessThan(5100);
  });

  it("refuses limits that contradict each other", () =>
    expect(() => refuse(replayProblems({ maxCallBytes: 10, maxClientBytes: 5 }))).toThrow(ConfigError));
});
