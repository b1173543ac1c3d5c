import { describe, expect, it, vi } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { placeKey } from "../call/place.ts";
import { upTo } from "./testing.ts";
import { counting } from "./testing-count.ts";

describe("a stream whose endpoint is gone", () => {
  it("begins anew elsewhere when it was not to be reached for all resumes", async () => {
    // Found by the drill: the resumes that were spent on the lost stream left none for the new one.
    const onReset = vi.fn();
    const { read } = counting({
      cut: (nth) => (nth === 0 ? 2 : undefined),
      resume: { onEpochLost: "restart", onReset },
      via(nth, values) {
        values.get(placeKey)!.went = nth === 0 ? "a" : "b";
        if (nth >= 1 && nth <= 5) throw withOrigin(failure(Reason.EPOCH_LOST, "another process's stream"), "peer");
        if (nth === 6) expect(values.get(placeKey)!.prefer).toBeUndefined();
      },
    });
    expect((await read(4)).got).toEqual([1, 2, ...upTo(4)]);
    expect(onReset).toHaveBeenCalledExactlyOnceWith(2, expect.anything());
  });
});
