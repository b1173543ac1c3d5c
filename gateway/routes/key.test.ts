import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { idempotencyKey } from "#rpc/idempotency-key.ts";
import { keyHeader } from "./key.ts";

const keyOf = (key: string) => idempotencyKey(new Headers(keyHeader(new Headers({ "idempotency-key": key }))));

describe("the key of a call that is passed on", () => {
  it("is the same for the same key, and another one for each other", () => {
    expect(keyOf("a")).toBe(keyOf("a"));
    expect(keyOf("a")).not.toBe(keyOf("b"));
    expect(keyOf("x".repeat(255))).toBeDefined();
    expect(keyHeader(new Headers())).toEqual({});
  });

  it("is never that of a run's step, which a stranger could use up", () => {
    const step = "01a2212d-722a-7c18-bb64-0d9e4185ef73/execute/1";
    expect(keyOf(step)).not.toBe(step);
    expect(keyOf(step)).toMatch(/^caller\//);
  });

  it("is refused where it can't be one", () => {
    expect(() => keyOf("a b")).toThrow(
      expect.objectContaining({ message: expect.stringContaining("Idempotency-Key") }),
    );
    try {
      keyOf("a b");
    } catch (error) {
      expect(reasonOf(error)).toBe(Reason.INVALID_INPUT);
    }
  });
});
