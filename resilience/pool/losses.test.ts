import { describe, expect, it } from "vitest";
import { always, scriptedPool } from "./testing-pool.ts";

/** Calls that broke with what broke their connection. */
const broken = (cause: () => Error) =>
  scriptedPool(
    { a: () => ({ error: { origin: "broken-before-headers", cause: cause() } }), b: always({}) },
    { ejection: false, strategy: "round-robin" },
  );

describe("a connection that breaks", () => {
  it("is one failure, however many calls it carried", async () => {
    // Found by the drill: one TCP reset under three calls took a healthy replica out for 30 s.
    const reset = new Error("read ECONNRESET");
    const { calls, seen, breaker } = broken(() => reset);
    await calls(20);
    expect([seen().a, breaker("a")?.kind]).toEqual([10, "closed"]);
  });

  it("is another failure when it is another connection", async () => {
    const { calls, seen, breaker } = broken(() => new Error("read ECONNRESET"));
    await calls(20);
    expect([seen().a, breaker("a")?.kind]).toEqual([3, "open"]);
  });
});
