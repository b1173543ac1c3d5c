// A gateway that is away for a moment is waited for; one that stays away, or refuses, is not.
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { patience, patiently } from "./patience.ts";

const away = failure(Reason.UNREACHABLE, "gateway can't be reached");

describe("patience", () => {
  it("tries again until it succeeds", async () => {
    const clock = manualClock();
    let calls = 0;
    const answer = patiently(
      async () => {
        calls += 1;
        if (calls < 4) throw away;
        return "here";
      },
      { clock, rng: seeded(1) },
    );
    await clock.advance(5000);
    expect(await answer).toBe("here");
    expect(calls).toBe(4);
  });

  it("gives up after a minute without a sign of life, with the last error", async () => {
    const clock = manualClock();
    let calls = 0;
    const call = async () => {
      calls += 1;
      throw away;
    };
    const answer = patiently(call, { clock, rng: seeded(2) }).catch((error) => error);
    await clock.advance(70_000);
    expect(await answer).toBe(away);
    // 200 ms doubling to 5 s, each wait at least half of that: neither a storm nor a nap.
    expect(calls).toBeGreaterThan(12);
    expect(calls).toBeLessThan(35);
  });

  it("begins the minute anew after a sign of life", async () => {
    const clock = manualClock();
    const waiting = patience({ clock, rng: seeded(3), firstMs: 30_000, maxMs: 30_000 });
    for (let breaks = 0; breaks < 5; breaks += 1) {
      const wait = waiting.after(away);
      await clock.advance(30_000);
      await wait;
      waiting.wellAgain();
    }
    expect(clock.now()).toBe(150_000);
  });

  it.each([Reason.NOT_FOUND, Reason.INVALID_INPUT, Reason.ENGINE_CANNOT, Reason.IDEMPOTENCY_MISMATCH])(
    "does not wait for what will not pass: reason %i",
    async (reason) => {
      const error = failure(reason, "no");
      await expect(patience({ clock: manualClock() }).after(error)).rejects.toBe(error);
    },
  );

  it("ends its wait when the user leaves", async () => {
    const leaving = new AbortController();
    const wait = patience({ clock: manualClock(), signal: leaving.signal }).after(away);
    leaving.abort("left");
    await expect(wait).rejects.toBe("left");
  });
});
