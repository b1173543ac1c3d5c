import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { nothing } from "./billing.ts";
import { type FailureName, failures } from "./failures.ts";
import type { Answer } from "./script.ts";
import { simulator } from "./simulator.ts";
import { askIn, type DialectName, dataOf, dialects } from "./testing.ts";

const failing = (answer: Answer) => simulator({ script: { otherwise: answer } });
/** Five pieces of four tokens each, in every dialect. */
const usage = { inputTokens: 100, cacheReadTokens: 7, outputTokens: 20 };
const words = "aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee ";

const anthropic = (type: string, message: string) => ({ type: "error", error: { type, message } });
const google = (code: number, status: string, message: string) => ({ error: { code, status, message } });
const openai = (type: string, code: string | null, message: string) => ({ error: { type, code, message } });
const noKey = openai("invalid_request_error", "invalid_api_key", "Incorrect API key");
const denied = openai("invalid_request_error", null, "insufficient permissions");
const noModel = openai("invalid_request_error", "model_not_found", "`model-x` does not exist");
const tooMany = openai("requests", "rate_limit_exceeded", "Rate limit reached");
const noQuota = openai("insufficient_quota", "insufficient_quota", "exceeded your current quota");
const broken = openai("server_error", null, "The server");

const refusals: [FailureName, Record<DialectName, [status: number, body: object]>][] = [
  [
    "unauthorized",
    {
      anthropic: [401, anthropic("authentication_error", "invalid x-api-key")],
      google: [400, google(400, "INVALID_ARGUMENT", "API key not valid")],
      openai: [401, noKey],
      compatible: [401, noKey],
    },
  ],
  [
    "forbidden",
    {
      anthropic: [403, anthropic("permission_error", "does not have permission")],
      google: [403, google(403, "PERMISSION_DENIED", "permission")],
      openai: [403, denied],
      compatible: [403, denied],
    },
  ],
  [
    "unknownModel",
    {
      anthropic: [404, anthropic("not_found_error", "model: model-x")],
      google: [404, google(404, "NOT_FOUND", "models/model-x is not found")],
      openai: [404, noModel],
      compatible: [404, noModel],
    },
  ],
  [
    "rateLimited",
    {
      anthropic: [429, anthropic("rate_limit_error", "rate limit")],
      google: [429, google(429, "RESOURCE_EXHAUSTED", "exhausted")],
      openai: [429, tooMany],
      compatible: [429, tooMany],
    },
  ],
  [
    "outOfQuota",
    {
      anthropic: [400, anthropic("invalid_request_error", "credit balance is too low")],
      google: [429, google(429, "RESOURCE_EXHAUSTED", "exceeded your current quota")],
      openai: [429, noQuota],
      compatible: [429, noQuota],
    },
  ],
  [
    "serverError",
    {
      anthropic: [500, anthropic("api_error", "Internal server error")],
      google: [500, google(500, "INTERNAL", "internal error")],
      openai: [500, broken],
      compatible: [500, broken],
    },
  ],
  [
    "unavailable",
    {
      anthropic: [503, anthropic("api_error", "503")],
      google: [503, google(503, "UNAVAILABLE", "overloaded")],
      openai: [503, broken],
      compatible: [503, broken],
    },
  ],
  [
    "overloaded",
    {
      anthropic: [529, anthropic("overloaded_error", "Overloaded")],
      google: [529, google(529, "UNKNOWN", "529")],
      openai: [529, openai("server_error", null, "529")],
      compatible: [529, openai("server_error", null, "529")],
    },
  ],
];

/** The same with its words as a part of what is said. */
function containing(body: object): object {
  const entries = Object.entries(body).map(([key, value]) => {
    if (key === "message") return [key, expect.stringContaining(value)];
    return [key, typeof value === "object" && value !== null ? containing(value) : value];
  });
  return Object.fromEntries(entries);
}

describe.each(dialects)("the failures of %s", (dialect) => {
  it.each(refusals)("refuses by %s, with an id and without a bill", async (name, expected) => {
    await using provider = await failing(failures[name]);
    const [status, body] = expected[dialect];
    for (const stream of [false, true]) {
      const res = await askIn(dialect, provider, stream);
      expect(res.status).toBe(status);
      expect(await res.json()).toMatchObject(containing(body));
      const id = ["request-id", "x-goog-request-id", "x-request-id"].map((header) => res.headers.get(header));
      expect(id.filter(Boolean)).toEqual([`req_0000000${stream ? 2 : 1}`]);
    }
    expect(provider.requests.map(({ billed }) => billed)).toEqual([undefined, undefined]);
    expect(provider.billed()).toEqual(nothing);
  });

  it("are told by a key that is not its own", async () => {
    await using provider = await simulator({ apiKey: "another" });
    expect((await askIn(dialect, provider, false)).status).toBe(dialect === "google" ? 400 : 401);
  });

  it("are late", async () => {
    const clock = manualClock();
    await using provider = await simulator({ script: { otherwise: failures.slow }, clock });
    const leaving = new AbortController();
    const left = askIn(dialect, provider, true, leaving.signal);
    await expect.poll(() => clock.pending).toBe(1);
    leaving.abort();
    await expect(left).rejects.toThrow();
    // Who leaves before there was an answer pays nothing.
    await expect.poll(() => clock.pending).toBe(0);
    expect(provider.billed()).toEqual(nothing);
    const asked = askIn(dialect, provider, true);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(3_600_000);
    expect((await asked).status).toBe(200);
  });

  it("cut a stream and a whole answer", async () => {
    await using provider = await failing(failures.cut);
    for (const stream of [true, false]) {
      const res = await askIn(dialect, provider, stream);
      expect(res.status).toBe(200);
      await expect(res.text()).rejects.toThrow();
    }
  });

  it("end a stream before its end, and bill the input and what was sent", async () => {
    const said = { text: words, usage, reasoning: "hm" };
    await using provider = await failing(said);
    const all = dataOf(await (await askIn(dialect, provider, true)).text());
    const pieces = all.flatMap((data, at) => (/aaaa "|dddd "|bbbb "|cccc "|eeee "/.test(data) ? [at] : [])).slice(0, 5);
    const afterTwo = pieces[1]! + 1;
    provider.script({ otherwise: { ...said, endAfterEvents: afterTwo } });
    const half = dataOf(await (await askIn(dialect, provider, true)).text());
    expect(half).toEqual(all.slice(0, afterTwo).map((data) => data.replaceAll("00000001", "00000002")));
    const [whole, part] = provider.requests.map(({ billed }) => billed);
    expect(whole).toEqual({ ...usage, reasoningTokens: 1, cacheWriteTokens: 0 });
    // One of reasoning, and two of five pieces of the other nineteen.
    expect(part).toEqual({ ...usage, reasoningTokens: 1, cacheWriteTokens: 0, outputTokens: 1 + 8 });
  });

  it("never reach the end of a stream that breaks, however late it is to break", async () => {
    await using provider = await failing({ endAfterEvents: 1000 });
    const text = await (await askIn(dialect, provider, true)).text();
    expect(text).toContain("summary");
    expect(text).not.toMatch(/message_stop|finishReason|response\.completed|"finish_reason":"/);
  });

  it("fall silent in the midst of a stream", async () => {
    await using provider = await simulator({ script: { answers: [failures.stalled] } });
    const leaving = new AbortController();
    const reader = (await askIn(dialect, provider, true, leaving.signal)).body!.getReader();
    await reader.read();
    const rest = (async () => {
      while (!(await reader.read()).done);
      return "ended";
    })();
    rest.catch(() => {});
    // What was to come would be there by the time another answer is.
    const other = askIn(dialect, provider, false).then((res) => res.text());
    expect(await Promise.race([rest, other.then(() => "silent")])).toBe("silent");
    leaving.abort();
    await expect(rest).rejects.toThrow();
  });

  it("tell an error as the last event of a stream, and in place of a whole answer", async () => {
    await using provider = await failing({ ...failures.errorEvent, status: 503 });
    const last = dataOf(await (await askIn(dialect, provider, true)).text()).at(-1)!;
    const expected = refusals.find(([name]) => name === "unavailable")![1][dialect][1] as { error: object };
    const flat = { type: "error", code: "server_error", sequence_number: expect.any(Number) };
    expect(JSON.parse(last)).toMatchObject(dialect === "openai" ? flat : containing(expected));
    expect((await askIn(dialect, provider, false)).status).toBe(503);
  });

  it("garble the wire", async () => {
    await using provider = await failing(failures.garbled);
    const events = dataOf(await (await askIn(dialect, provider, true)).text()).filter((data) => data !== "[DONE]");
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    expect(events.filter((text) => !isJson(text))).toHaveLength(1);
    await expect((await askIn(dialect, provider, false)).json()).rejects.toThrow();
  });
});
