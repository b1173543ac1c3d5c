import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { checking, streamLoad } from "./streams.ts";
import { bareTarget } from "./target.ts";

/** The messages of a stream of three. */
const texts = (() => {
  const plain = ["s1 1", "s1 2", "s1 3"];
  const sum = plain.reduce((before, text) => crc32(text, before), 0);
  return [...plain.slice(0, 2), `s1 3 ${sum}`];
})();

const read = (...given: string[]) => {
  const check = checking("s1", 3);
  for (const text of given) check.take(text);
  return check.result();
};

describe("a stream that is checked", () => {
  const [one, two, three] = texts as [string, string, string];

  it.each([
    ["all of it", [one, two, three], { isWhole: true, lost: 0, doubled: 0 }],
    ["a message twice", [one, two, two, three], { isWhole: false, lost: 0, doubled: 1 }],
    ["one left out", [one, three], { isWhole: false, lost: 1, doubled: 0 }],
    ["the end missing", [one, two], { isWhole: false, lost: 0, doubled: 0 }],
    ["the order wrong", [two, one, three], { isWhole: false, lost: 0, doubled: 0 }],
    ["a message of another stream", [one, "s2 2", three], { isWhole: false, lost: 0, doubled: 0 }],
    ["a wrong sum", [one, two, "s1 3 7"], { isWhole: false, lost: 0, doubled: 0 }],
    ["nothing", [], { isWhole: false, lost: 0, doubled: 0 }],
  ])("with %s", (_, given, result) => expect(read(...given)).toEqual(result));

  it("begins anew when what came is void", () => {
    const check = checking("s1", 3);
    for (const text of [one, two]) check.take(text);
    check.reset();
    for (const text of texts) check.take(text);
    expect(check.result()).toEqual({ isWhole: true, lost: 0, doubled: 0 });
  });
});

describe("lanes of streams", () => {
  it("leave time for others where all is refused at once", async () => {
    const clock = manualClock();
    const living = new AbortController();
    const pings = { pingIntervalMs: 1000, pingTimeoutMs: 1000 };
    const target = bareTarget({ urls: ["http://127.0.0.1:1"], pings, isReal: false, clock });
    target.close();
    const made = streamLoad({
      ...{ target, lanes: 3, messages: 1, everyMs: 1, clock },
      ...{ wordsOf: () => "refused", onMessage: () => {}, signal: living.signal, cut: living.signal },
    });
    await expect.poll(() => made.reads.length).toBe(3);
    await clock.advance(199);
    expect(made.reads.length).toBe(3);
    await clock.advance(1);
    await expect.poll(() => made.reads.length).toBe(6);
    living.abort();
    await made.ended;
    expect(made.reads.every(({ isWhole, error }) => !isWhole && error === "refused")).toBe(true);
  });
});
