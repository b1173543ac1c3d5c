import { describe, expect, it } from "vitest";
import { readAllowance, writeAllowance } from "./allowance.ts";
import { Reason, reasonOf } from "./failure.ts";

describe("an allowance", () => {
  it.each([{}, { nanoUsd: 5n }, { tokens: 0n }, { nanoUsd: 10n ** 15n, tokens: 20_000n, calls: 3 }])(
    "is read as it was written: %o",
    (allowance) => {
      expect(readAllowance(writeAllowance(allowance) ?? null) ?? {}).toEqual(allowance);
    },
  );

  it.each(["", "tokens", "tokens=-1", "tokens=1.5", "euro=3", "tokens=1;calls=2", "tokens=9999999999999999999"])(
    "that can't be read is refused: %j",
    (header) => {
      let reason: Reason | undefined;
      try {
        readAllowance(header);
      } catch (error) {
        reason = reasonOf(error);
      }
      expect(reason).toBe(Reason.INVALID_INPUT);
    },
  );
});
