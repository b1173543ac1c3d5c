import { expect, it } from "vitest";
import { seeded } from "#core/rng.ts";
import type { FaultScript } from "../testing/call-fault.ts";
import { scriptedPool } from "./testing-pool.ts";

it("a replica that is there and gone every 2 s changes its breaker six times a minute at most, and rests longer each time", async () => {
  const isUp = () => Math.floor(clock.now() / 2000) % 2 === 1;
  const flapping: FaultScript = () =>
    isUp() ? { delayMs: 20 } : { error: { origin: "unsent", message: "connection refused" } };
  const check = async (url: string) => {
    if (url === "http://a" && !isUp()) throw new Error("ill");
  };
  const { clock, told, client } = scriptedPool(
    { a: flapping, b: () => ({ delayMs: 20 }) },
    { ejection: false, strategy: "round-robin", health: { check }, rng: seeded(1) },
  );
  const changes: number[] = [];
  for (let call = 0; call < 10 * 120; call++) {
    void client.check({}).catch(() => {});
    await clock.advance(100);
    const known = told.filter(({ kind }) => kind === "breaker-changed").length;
    while (changes.length < known) changes.push(clock.now());
  }
  for (const from of changes) expect(changes.filter((at) => at >= from && at < from + 60_000).length).toBeLessThan(7);
  const rests = told.flatMap((each) => (each.kind === "breaker-changed" && each.to === "open" ? [each.restMs] : []));
  expect(rests).toEqual([30_000, 60_000, 120_000]);
});
