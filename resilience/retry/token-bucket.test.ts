import { describe, expect, it } from "vitest";
import { admits, afterFailure, afterSuccess, fullBucket } from "./token-bucket.ts";

const stepped = (count: number, step: typeof afterFailure, from = fullBucket(10, 0.1)) => {
  let bucket = from;
  for (let i = 0; i < count; i++) bucket = step(bucket);
  return bucket;
};

describe("token bucket", () => {
  it("is full at first, in thousandths, with a ratio of three decimals", () => {
    expect(fullBucket(10, 0.1)).toEqual({ milliTokens: 10_000, maxMilliTokens: 10_000, milliRatio: 100 });
    // 0.29 x 1000 is 290 in decimals, and a little less in binary.
    expect(fullBucket(2.5, 0.29)).toEqual({ milliTokens: 2500, maxMilliTokens: 2500, milliRatio: 290 });
    expect(fullBucket(10, 0.5466).milliRatio).toBe(546);
  });

  it("admits retries while more than half is left", () => {
    expect(admits(fullBucket(10, 0.1))).toBe(true);
    expect([stepped(4, afterFailure), stepped(5, afterFailure)].map(admits)).toEqual([true, false]);
  });

  it("loses a token by a failure and regains the ratio by a success, between nothing and full", () => {
    const empty = stepped(30, afterFailure);
    expect(empty).toEqual({ milliTokens: 0, maxMilliTokens: 10_000, milliRatio: 100 });
    expect(stepped(3, afterSuccess, empty)).toEqual({ ...empty, milliTokens: 300 });
    expect(stepped(200, afterSuccess, empty)).toEqual(fullBucket(10, 0.1));
    const nearly = { ...fullBucket(10, 0.1), milliTokens: 9950 };
    expect(afterSuccess(nearly).milliTokens).toBe(10_000);
  });

  it("costs nothing when it is full: it is the same one", () => {
    const full = fullBucket(10, 0.1);
    expect(afterSuccess(full)).toBe(full);
  });
});
