// A process that keeps dying is started less and less often.
import { expect, it } from "vitest";
import { backoffAfter, freshBackoff } from "./restart-backoff.ts";

it("doubles from 0.2 s to 3 s, and begins anew after 5 s up", () => {
  const waits: number[] = [];
  let backoff = freshBackoff;
  for (const upMs of [0, 100, 100, 100, 100, 4_999, 5_000, 100]) {
    const { waitMs, next } = backoffAfter(backoff, upMs);
    waits.push(waitMs);
    backoff = next;
  }
  expect(waits).toEqual([200, 400, 800, 1600, 3000, 3000, 200, 400]);
});
