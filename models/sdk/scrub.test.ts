import { describe, expect, it } from "vitest";
import { scrubbed } from "./scrub.ts";

describe("scrubbed", () => {
  it.each([
    ["the key s3cr3t+key/1 is wrong", "the key [key] is wrong"],
    ["at https://h/?k=s3cr3t%2Bkey%2F1", "at https://h/?k=[key]"],
    ["Incorrect API key provided: sk-proj-abcd****wxyz.", "Incorrect API key provided: [key]"],
    ["AIzaSyA-1234567890 is not valid", "[key] is not valid"],
    ["Authorization: Bearer abc.def", "Authorization: [key]"],
    ["https://h/v1?key=abcdef123&alt=sse", "https://h/v1?key=[key]&alt=sse"],
    ['{"api_key":"0123456789"}', '{"api_key":"[key]"}'],
    ["the model claude-sonnet-4-5 has 4096 tokens: no key", "the model claude-sonnet-4-5 has 4096 tokens: no key"],
  ])("%s", (text, clean) => expect(scrubbed(text, ["s3cr3t+key/1", ""])).toBe(clean));
});
