// What every provider's model keeps to, over the wire, against the simulator: one table for all four protocols.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Answer } from "#simulator/script.ts";
import { Fault } from "../provider-failure.ts";
import { homes } from "./settings.ts";
import { type Bench, bench, json, key, kinds, models, tokensOf, turned } from "./testing.ts";

describe.each(kinds)("a model of kind %s", (kind) => {
  let on: Bench;
  beforeEach(async () => {
    on = await bench(kind);
  });
  afterEach(() => on[Symbol.asyncDispose]());

  it("answers with what was asked for, in one request, and says who answered", async () => {
    const reply = await on.ask({ model: "one-of-them-2026" });
    expect(reply).toMatchObject({ value: json, text: JSON.stringify(json), requestId: "req_00000001", sources: [] });
    expect(reply.usage).toMatchObject({ modelRequested: models[kind], modelUsed: "one-of-them-2026" });
    const [request, ...others] = on.provider.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ model: models[kind], hasKey: true, system: "Be brief.", maxOutputTokens: 4000 });
    expect(request?.prompt).toContain("What comes out?");
  });

  it("is told the shape of the answer", async () => {
    await on.ask({});
    expect(on.provider.requests[0]?.schema).toMatchObject({
      required: expect.arrayContaining(["answer", "steps"]),
      properties: { steps: { type: "array", items: { type: "string" } } },
    });
  });

  it("streams always, and lets text and thoughts be heard as they come", async () => {
    const { text } = await on.ask({ reasoning: "Let me see. It must be a number." });
    expect(on.provider.requests[0]?.stream).toBe(true);
    const heardOf = (tone: string) => on.heard.filter(([each]) => each === tone).map(([, piece]) => piece);
    expect(heardOf("text").length).toBeGreaterThan(1);
    expect(heardOf("text").join("")).toBe(text);
    expect(heardOf("reasoning").join("")).toBe("Let me see. It must be a number.");
  });

  it("lets be heard as it comes also what is no JSON", async () => {
    const { text, value } = await on.ask({ json: undefined, text: "None of this is JSON, and all of it is on.heard." });
    expect([value, on.heard.map(([, piece]) => piece).join("")]).toEqual([undefined, text]);
    expect(on.heard.length).toBeGreaterThan(2);
  });

  it("counts the tokens as the provider bills them", async () => {
    const usage = { inputTokens: 120, outputTokens: 70, reasoningTokens: 30, cacheReadTokens: 900 };
    const reply = await on.ask({ usage: { ...usage, ...(kind === "anthropic" && { cacheWriteTokens: 40 }) } });
    expect(tokensOf(reply.usage)).toEqual(on.provider.billed());
    expect(on.provider.billed()).toMatchObject(usage);
    expect(reply.usage).toMatchObject({ provenance: Provenance.MEASURED, payer: Payer.API_KEY });
  });

  it("gives what is no JSON, or has another shape, as it is", async () => {
    expect((await on.ask({ malformed: true })).value).toBeUndefined();
    expect((await on.ask({ json: { other: 1 } })).value).toEqual({ other: 1 });
    expect((await on.ask({ json: undefined, text: "```json\n[1]\n```" })).value).toEqual([1]);
  });

  it("names the pages that the provider's search found", async () => {
    const sources = ["https://example.com/a", "https://example.com/b"];
    const reply = await on.ask({ sources }, { search: true });
    expect(reply.value).toEqual(json);
    expect(reply.sources).toEqual(kind === "compatible" ? [] : sources);
    const { tools } = on.provider.requests[0]!.body;
    expect(JSON.stringify(tools ?? [])).toMatch(
      { google: /googleSearch/, compatible: /^\[\]$/ }[kind as string] ?? /web_search/,
    );
  });

  it.each<[string, Answer, Fault, Reason, number?]>([
    ["an unknown key", { fault: "key" }, Fault.AUTH, Reason.ENGINE_AUTH],
    ["a key without the right", { status: 403 }, Fault.FORBIDDEN, Reason.ENGINE_AUTH],
    ["an unknown model", { status: 404 }, Fault.REQUEST, Reason.ENGINE_CANNOT],
    ["a wrong request", { status: 400 }, Fault.REQUEST, Reason.ENGINE_CANNOT],
    ["too many requests", { status: 429, retryAfterS: 7 }, Fault.RATE_LIMIT, Reason.QUOTA_EXHAUSTED, 7],
    ["an empty account", { fault: "quota" }, Fault.QUOTA, Reason.QUOTA_EXHAUSTED],
    ["an error of its own", { status: 500 }, Fault.SERVER, Reason.DEPENDENCY],
    ["no room", { status: 503 }, Fault.OVERLOADED, Reason.DEPENDENCY],
    ["an overload", { status: 529, retryAfterS: 3 }, Fault.OVERLOADED, Reason.DEPENDENCY, 3],
  ])("fails on %s, and nothing was spent", async (_, answer, fault, reason, retryAfterS) => {
    const failed = await on.failing(answer);
    expect(failed).toMatchObject({ fault, reason, requestId: "req_00000001", spent: undefined });
    if (answer.status) expect(failed.status).toBe(answer.status);
    expect(failed.retryAfterS).toBe(retryAfterS);
    if (reason === Reason.ENGINE_AUTH) expect(failed.message).toContain(homes[kind].keyName);
    expect(failed.message).toMatch(/^\[\w+\] [a-z]/);
  });

  it.skipIf(kind === "google")("reads from the limits' headers when they are reset", async () => {
    const tokens = { limit: 1000, remaining: 900, resetS: 50 };
    const limit = { requests: 50, remaining: 0, resetS: 20, tokens };
    expect(await on.failing({ status: 429, limit })).toMatchObject({ fault: Fault.RATE_LIMIT, retryAfterS: 20 });
  });

  it.each<[string, Answer, Fault, Reason]>([
    ["refuses", { stop: "refusal" }, Fault.REFUSED, Reason.ENGINE_REFUSED],
    ["is cut by its length", { stop: "length" }, Fault.LENGTH, Reason.ENGINE_OUTPUT],
    ["says nothing", { empty: true }, Fault.EMPTY, Reason.ENGINE_OUTPUT],
    ["sends what can't be read", { garbled: true }, Fault.MALFORMED, Reason.ENGINE_OUTPUT],
  ])("fails when it %s, and says what that cost", async (_, answer, fault, reason) => {
    const { spent, ...failed } = await on.failing({ ...answer, reasoning: "Well, well." });
    expect(failed).toMatchObject({ fault, reason, status: 200, requestId: "req_00000001" });
    expect(tokensOf(spent)).toEqual(on.provider.requests[0]?.billed);
    expect(spent?.provenance).toBe(Provenance.MEASURED);
  });

  it.each<[string, Answer, Fault]>([
    ["is cut", { cutAfterEvents: 7 }, Fault.CUT],
    ["is cut before its first event", { cutAfterEvents: 0 }, Fault.CUT],
    ["ends without its last event", { endAfterEvents: 7 }, Fault.CUT],
    ["ends before its first event", { endAfterEvents: 0 }, Fault.CUT],
    ["breaks off with an error", { errorAfterEvents: 7 }, Fault.SERVER],
    ["begins with an error", { errorAfterEvents: 0 }, Fault.SERVER],
  ])("fails when the stream %s, and estimates what that cost", async (_, answer, fault) => {
    const { spent, ...failed } = await on.failing(answer);
    expect(failed).toMatchObject({ fault, reason: Reason.DEPENDENCY, status: 200, requestId: "req_00000001" });
    const billed = on.provider.requests[0]!.billed!;
    if (answer.errorAfterEvents === 0) return expect(spent).toBeUndefined();
    expect(spent?.provenance).toBe(Provenance.ESTIMATED);
    expect(Number(spent!.inputTokens)).toBeGreaterThanOrEqual(billed.inputTokens);
    expect(Number(spent!.outputTokens)).toBeGreaterThanOrEqual(billed.outputTokens);
  });

  it("fails when it is silent for 120 s before it answers", async () => {
    const failed = on.failing({ firstByteMs: 1 });
    await expect.poll(() => on.provider.requests.length).toBe(1);
    await on.clock.advance(119_999);
    expect(await Promise.race([failed, turned()])).toBe("turned");
    await on.clock.advance(1);
    const { spent, ...rest } = await failed;
    expect(rest).toMatchObject({ fault: Fault.SLOW, reason: Reason.DEPENDENCY, status: 0 });
    expect(rest.message).toContain("120 s");
    expect(spent?.provenance).toBe(Provenance.UNAVAILABLE);
  });

  it.skipIf(kind === "google")("may think for 120 s after its first events", async () => {
    const failed = on.failing({ hangAfterEvents: 1, json: undefined, text: " " });
    await expect.poll(() => on.clock.pending).toBe(1);
    await turned();
    await on.clock.advance(60_000);
    expect(await Promise.race([failed, turned()])).toBe("turned");
    await on.clock.advance(120_000);
    expect(await failed).toMatchObject({ fault: Fault.STALLED, reason: Reason.DEPENDENCY });
  });

  it("fails when it falls silent for 60 s in its answer", async () => {
    const failed = on.failing({ hangAfterEvents: 7 });
    await expect.poll(() => on.heard.length).toBeGreaterThan(0);
    await turned();
    await on.clock.advance(60_000);
    const { spent, ...rest } = await failed;
    expect(rest).toMatchObject({ fault: Fault.STALLED, reason: Reason.DEPENDENCY, status: 200 });
    expect(rest.message).toContain("60 s");
    expect(spent?.provenance).toBe(Provenance.ESTIMATED);
  });

  it("leaves when the caller leaves: the provider sees it go, and what was spent is told", async () => {
    const closed: boolean[] = [];
    const watch = (message: unknown) => {
      const { response } = message as { response: ServerResponse };
      response.once("close", () => closed.push(response.writableFinished));
    };
    subscribe("http.server.request.start", watch);
    const leaving = new AbortController();
    const failed = on.failing({ hangAfterEvents: 7 }, { signal: leaving.signal });
    await expect.poll(() => on.heard.length).toBeGreaterThan(0);
    leaving.abort();
    const { reason, spent } = await failed;
    expect(reason).toBe(Reason.CANCELED);
    expect(spent?.provenance).toBe(Provenance.ESTIMATED);
    await expect.poll(() => closed).toEqual([false]);
    unsubscribe("http.server.request.start", watch);
  });

  it("asks nothing for a caller who has left already", async () => {
    expect(await on.failing({}, { signal: AbortSignal.abort() })).toMatchObject({ reason: Reason.CANCELED });
    expect(on.provider.requests).toEqual([]);
  });

  it("shows no key, also when the provider does", async () => {
    const { message } = await on.failing({ status: 500, message: `no ${key} and no sk-other-key-9876 here` });
    expect(message).toContain("no [key] and no [key] here");
  });

  it("shows no part of a key that stands where the words are cut", async () => {
    const { message } = await on.failing({ status: 500, message: `${"x ".repeat(147)}${key}` });
    expect(message).not.toContain(key.slice(0, 4));
  });

  it("shows no part of a key that is not known", async () => {
    const unknown = await on.failing({ fault: "key", message: "Incorrect API key provided: cana****6789." });
    expect(unknown.message).not.toContain("6789");
  });
});
