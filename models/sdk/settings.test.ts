import { describe, expect, it } from "vitest";
import { baseUrlOf, isLoopback, type Kind } from "./settings.ts";

describe("a base URL", () => {
  it.each<[Kind, string | undefined, string]>([
    ["anthropic", undefined, "https://api.anthropic.com/v1"],
    ["anthropic", "https://proxy.example", "https://proxy.example/v1"],
    ["anthropic", "https://proxy.example/anthropic/", "https://proxy.example/anthropic/v1"],
    ["anthropic", "https://proxy.example/v1/", "https://proxy.example/v1"],
    ["google", "", "https://generativelanguage.googleapis.com/v1beta"],
    ["google", "http://127.0.0.1:9", "http://127.0.0.1:9/v1beta"],
    ["openai", "http://localhost:9/", "http://localhost:9/v1"],
    ["openai", "https://proxy.example/openai", "https://proxy.example/openai"],
    ["compatible", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
    ["compatible", "https://host.example/api/paas/v4", "https://host.example/api/paas/v4"],
  ])("of %s from %s", (kind, given, expected) => expect(baseUrlOf(kind, given)).toBe(expected));

  it.each(["", "not an address", "file:///etc", "https://me:secret@host.example"])("is not %j", (given) => {
    expect(() => baseUrlOf("compatible", given)).toThrow(/URL/);
  });

  it("is on this machine, or not", () => {
    const here = ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://127.8.0.1:2", "http://[::1]:3/v1"];
    const there = ["http://localhost.example/v1", "https://127.example", "http://10.0.0.1/v1"];
    expect([here.every(isLoopback), there.some(isLoopback)]).toEqual([true, false]);
  });
});
