import { describe, expect, it } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

describe("bounded map", () => {
  it("forgets what nobody asks for, and keeps what somebody does", () => {
    const map = new BoundedMap<number, string>({ max: 10 });
    for (let key = 0; key < 1000; key++) {
      map.set(key, `value ${key}`, 0);
      expect(map.get(0, 0)).toBe("value 0");
      expect(map.size).toBeLessThanOrEqual(10);
    }
    expect(map.get(1, 0)).toBeUndefined();
    expect(map.get(999, 0)).toBe("value 999");
  });

  it("forgets what is idle for too long, but not before", () => {
    const map = new BoundedMap<string, number>({ idleMs: 1000 });
    map.set("a", 1, 0);
    map.set("b", 2, 0);
    for (let now = 0; now < 3000; now += 500) expect(map.get("a", now)).toBe(1);
    expect(map.get("b", 3000)).toBeUndefined();
    expect(map.get("a", 10_000)).toBeUndefined();
    map.set("c", 3, 10_000);
    expect(map.get("c", 10_999)).toBe(3);
  });

  it("makes what is missing, once, and deletes", () => {
    const map = new BoundedMap<string, number>();
    let made = 0;
    for (let i = 0; i < 3; i++) expect(map.ensure("a", 0, () => ++made)).toBe(1);
    expect([...map.values()]).toEqual([1]);
    map.delete("a");
    expect(map.size).toBe(0);
  });
});
