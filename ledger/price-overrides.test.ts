// One's own prices: read as written, refused by name.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Clock } from "#core/clock.ts";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { priceOverrides } from "./price-overrides.ts";
import { priceTable } from "./prices.ts";

const line = { kind: "compatible", model: "qwen", input: 0.1, output: 0.4 };
const read = (value: unknown) =>
  priceOverrides(typeof value === "string" ? value : JSON.stringify(value), "my-prices.json");

describe("price overrides", () => {
  it("are prices of the table", () => {
    const table = priceTable(read({ prices: [{ ...line, cacheRead: 0.000001, from: "2026-01-01" }] }));
    expect(table.priceOf(line)).toEqual({ input: 100_000_000n, output: 400_000_000n, cacheRead: 1000n });
  });

  it("are what docs/usage.md shows", () => {
    const shown = /```json\n(.*?)```/s.exec(readFileSync("docs/usage.md", "utf8"))?.[1];
    const table = priceTable(read(shown), { date: () => new Date("2026-12-01") } as Clock);
    expect(table.priceOf({ kind: "compatible", model: "qwen3-coder" })?.output).toBe(1_200_000_000n);
    expect(table.priceOf({ kind: "google", model: "gemini-2.5-pro" })?.long?.above).toBe(200_000n);
  });

  it.each([
    ["{", /^my-prices\.json is not JSON: /],
    ["[]", /^my-prices\.json does not hold prices: the whole: invalid input: expected object/],
    [{ prices: [{ ...line, output: undefined }] }, /prices\[0\]\.output: invalid input: expected number/],
    [{ prices: [line, { ...line, input: -1 }] }, /prices\[1\]\.input: is US dollars per million tokens, from 0 up/],
    [{ prices: [{ ...line, input: 1e-7 }] }, /at most six places/],
    [{ prices: [{ ...line, cached: 1 }] }, /prices\[0\]: unrecognized key: "cached"/],
    [{ prices: [{ ...line, until: "soon" }] }, /prices\[0\]\.until: invalid ISO date/],
  ])("say what is wrong with %j", (value, message) => {
    const error = (() => {
      try {
        return read(value);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(reasonOf(error)).toBe(Reason.INVALID_INPUT);
    expect(messageOf(error)).toMatch(message);
  });
});
