import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import type { EventBody } from "#durable/flow.ts";
import { deltas } from "./deltas.ts";

function opened() {
  const clock = manualClock();
  const events: EventBody[] = [];
  return { clock, events, said: deltas((body) => events.push(body), clock) };
}

describe("deltas", () => {
  it("gathers what comes within a tenth of a second into one event", async () => {
    const { clock, events, said } = opened();
    for (let i = 0; i < 50; i++) said.add("text", "x");
    expect(events).toEqual([]);
    await clock.advance(100);
    expect(events).toEqual([{ case: "outputDelta", value: { text: "x".repeat(50), reasoning: false } }]);
  });

  it("makes at most ten events a second of a fast talker", async () => {
    const { clock, events, said } = opened();
    for (let ms = 0; ms < 1000; ms += 5) {
      said.add("text", "word ");
      await clock.advance(5);
    }
    expect(events.length).toBeLessThanOrEqual(10);
    said.flush();
    const text = events.map((event) => (event.case === "outputDelta" ? event.value.text : "")).join("");
    expect(text).toBe("word ".repeat(200));
  });

  it("keeps voices apart and in order", () => {
    const { events, said } = opened();
    said.add("stdout", "a");
    said.add("stderr", "b");
    said.flush();
    expect(events.map((event) => event.case === "commandOutput" && event.value.text)).toEqual(["a", "b"]);
  });

  it("makes at most ten events a second of two voices in turn, and loses nothing", async () => {
    const { clock, events, said } = opened();
    for (let ms = 0; ms < 1000; ms++) {
      said.add(ms % 2 ? "stdout" : "stderr", "x");
      await clock.advance(1);
    }
    expect(events.length).toBeLessThanOrEqual(11);
    said.flush();
    expect(events.map((event) => (event.case === "commandOutput" ? event.value.text : "")).join("").length).toBe(1000);
  });

  it("bounds what one event holds, and says what it left out", async () => {
    const { clock, events, said } = opened();
    said.add("stdout", "x".repeat(20_000));
    said.add("stdout", "y");
    await clock.advance(100);
    const text = events[0]?.case === "commandOutput" ? events[0].value.text : "";
    expect(text).toContain("(3617 characters are left out here)");
  });

  it("leaves no timer behind", () => {
    const { clock, said } = opened();
    said.add("text", "a");
    said.flush();
    expect(clock.pending).toBe(0);
  });
});
