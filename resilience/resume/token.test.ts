import { describe, expect, it } from "vitest";
import { digest, type StreamClaims, tokens } from "./token.ts";

const claims: StreamClaims = {
  streamId: "s",
  method: "pkg.Service/Watch",
  request: digest("request"),
  subject: digest(""),
  owner: "me",
  expires: 1_000,
};
const key = (fill: number) => new Uint8Array(32).fill(fill);

describe("stream token", () => {
  it("gives its claims back to whoever has the key, and to nobody else", () => {
    const token = tokens(key(1)).issue(claims);
    expect(tokens(key(1)).read(token)).toEqual(claims);
    expect(tokens(key(2)).read(token)).toBeUndefined();
  });

  it("is void when one letter of it is another", () => {
    const { issue, read } = tokens(key(1));
    const token = issue(claims);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(read(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it("has one spelling", () => {
    const { issue, read } = tokens(key(1));
    const token = issue(claims);
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
    const good = letters.filter((letter) => read(token.slice(0, -1) + letter) !== undefined);
    expect(good).toEqual([token.at(-1)]);
  });

  it.each(["", ".", "a", "a.b", `${"a".repeat(2000)}.${"a".repeat(43)}`, `.${"A".repeat(43)}`])("is not %j", (token) =>
    expect(tokens(key(1)).read(token)).toBeUndefined(),
  );

  it("holds no position, and fits into a header", () => {
    const token = tokens(key(1)).issue(claims);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(token.length).toBeLessThan(400);
    expect(tokens(key(1)).issue(claims)).toBe(token);
  });

  it("needs a key that can't be guessed", () => {
    expect(() => tokens(new Uint8Array(31))).toThrow("at least 32 bytes, got 31");
  });
});
