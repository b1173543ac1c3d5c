import { describe, expect, it } from "vitest";
import { type Kept, streamsKept } from "./journal-store.ts";

/** A stream of so many bytes; 1024 more are counted for each. */
function stream(weight: number, state: Kept["state"]) {
  const told: string[] = [];
  const kept = {
    weight,
    state,
    told,
    shed: () => void told.push("shed"),
    drop: () => void told.push("drop"),
    resume: () => void told.push("resume"),
  };
  return kept;
}

describe("streams kept", () => {
  it("forgets ended streams first, the one used longest ago before others, then those nobody reads", () => {
    const kept = streamsKept(10_000);
    const all = {
      a: stream(1000, "ended"),
      b: stream(1000, "orphan"),
      c: stream(1000, "ended"),
      d: stream(1000, "read"),
    };
    for (const [id, each] of Object.entries(all)) kept.add(id, each);
    kept.used("a");
    expect(kept.bytes).toBe(4 * 2024);
    kept.add("e", stream(1000, "read"));
    expect(all.c.told).toEqual(["drop"]);
    expect(all.a.told).toEqual([]);
    kept.add("f", stream(3000, "read"));
    expect(all.a.told).toContain("drop");
    expect(all.b.told).toContain("drop");
    expect(all.d.told).not.toContain("shed");
    expect(kept.size).toBe(3);
  });

  it("then asks those that are read for what was given already, and says so when there is no room", () => {
    const kept = streamsKept(5000);
    const first = stream(1000, "read");
    const second = stream(1000, "read");
    kept.add("first", first);
    kept.add("second", second);
    kept.grew("second", 2000);
    expect(first.told).toEqual(["shed"]);
    expect(kept.isFull).toBe(true);
    kept.grew("first", -1500);
    expect(kept.isFull).toBe(false);
    expect(second.told).toEqual(["shed", "resume"]);
  });

  it("gives up those that were left first when more are made for nobody than may be", () => {
    const kept = streamsKept(1e6, 2);
    const all = { a: stream(1, "orphan"), b: stream(1, "orphan"), c: stream(1, "orphan"), d: stream(1, "orphan") };
    const left = (id: keyof typeof all) => kept.used(id);
    for (const [id, each] of Object.entries(all)) kept.add(id, each);
    left("a");
    left("b");
    all.a.state = "read";
    kept.used("a");
    left("c");
    all.b.state = "ended";
    left("d");
    expect(Object.values(all).flatMap(({ told }) => told)).toEqual([]);
    all.a.state = "orphan";
    left("a");
    expect([all.a.told, all.b.told, all.c.told, all.d.told]).toEqual([[], [], ["drop"], []]);
    expect(kept.size).toBe(3);
  });

  it("does not count what is forgotten, and forgets it once", () => {
    const kept = streamsKept(5000);
    const only = stream(1000, "ended");
    kept.add("a", only);
    kept.forget("a");
    kept.forget("a");
    kept.grew("a", 500);
    expect(kept).toMatchObject({ bytes: 0, size: 0, isFull: false });
    expect(only.told).toEqual(["drop"]);
  });
});
