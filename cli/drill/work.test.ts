import { describe, expect, it } from "vitest";
import { seeded } from "#core/rng.ts";
import { percentile } from "./figures.ts";
import { replicaDefaults } from "./replica-settings.ts";
import { slots, workMs } from "./work.ts";

const never = new AbortController().signal;

describe("a replica's work", () => {
  it("takes 20 ms in the middle, and 51 ms at the 99th percentile", () => {
    const rng = seeded(1);
    const times = Array.from({ length: 20_000 }, () => workMs(replicaDefaults, rng));
    expect(percentile(times, 0.5)).toBeCloseTo(20, 0);
    expect(percentile(times, 0.99)).toBeGreaterThan(48);
    expect(percentile(times, 0.99)).toBeLessThan(54);
  });

  it("waits for a place, first come first served, and gives it back", async () => {
    const places = slots(1);
    const leave = await places.take(never);
    const order: string[] = [];
    const second = places.take(never).then((next) => {
      order.push("second");
      return next;
    });
    const leaving = new AbortController();
    const third = places.take(leaving.signal);
    const fourth = places.take(never).then(() => order.push("fourth"));
    leaving.abort(new Error("left"));
    await expect(third).rejects.toThrow("left");
    leave();
    (await second)();
    await fourth;
    expect(order).toEqual(["second", "fourth"]);
  });
});
