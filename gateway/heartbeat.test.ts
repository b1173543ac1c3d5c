import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { queue } from "#core/queue.ts";
import { withHeartbeat } from "./heartbeat.ts";

describe("heartbeat", () => {
  it("beats in silence, loses nothing, and ends with its source", async () => {
    const clock = manualClock();
    const source = queue<number>();
    const reader = withHeartbeat(source, 10_000, clock);
    source.push(1);
    expect((await reader.next()).value).toBe(1);
    const silent = reader.next();
    await clock.advance(10_000);
    expect((await silent).value).toBe("heartbeat");
    const next = reader.next();
    source.push(2);
    source.end();
    expect((await next).value).toBe(2);
    expect((await reader.next()).done).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("passes an error on", async () => {
    const source = queue<number>();
    source.end(new Error("broken"));
    await expect(withHeartbeat(source, 10_000, manualClock()).next()).rejects.toThrow("broken");
  });
});
