import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { type Answer, limited, type Script } from "./script.ts";
import { scriptPath, simulator } from "./simulator.ts";

const ask = (url: string, body: object = {}, signal?: AbortSignal) =>
  fetch(`${url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({ model: "claude-x", messages: [], ...body }),
    ...(signal ? { signal } : {}),
  });

describe("the simulated Messages API", () => {
  it("answers as a model", async () => {
    await using provider = await simulator({ script: { answers: [{ text: "hello there" }] } });
    const res = await ask(provider.url);
    expect(res.headers.get("request-id")).toBe("req_00000001");
    expect(await res.json()).toMatchObject({
      id: "msg_00000001",
      type: "message",
      role: "assistant",
      model: "claude-x",
      content: [{ type: "text", text: "hello there" }],
      stop_reason: "end_turn",
      usage: { input_tokens: expect.any(Number), output_tokens: 3 },
    });
    expect(provider.requests.map(({ dialect, body }) => [dialect, body.model])).toEqual([["anthropic", "claude-x"]]);
  });

  it("streams the same as events, in their order", async () => {
    await using provider = await simulator({ script: { otherwise: { text: "hello there" } } });
    const text = await (await ask(provider.url, { stream: true })).text();
    const events = text.trim().split("\n\n");
    expect(events.map((event) => /^event: (.*)/.exec(event)?.[1])).toEqual([
      "message_start",
      "content_block_start",
      "ping",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(text).toContain('"delta":{"type":"text_delta","text":"hello "}');
  });

  it.each<[Answer, string]>([
    [{ status: 429, retryAfterS: 7 }, "rate_limit_error"],
    [{ status: 500 }, "api_error"],
    [{ status: 503 }, "api_error"],
    [{ status: 529 }, "overloaded_error"],
  ])("answers %j with a %s", async (answer, type) => {
    const limit = { requests: 50, remaining: 0, resetS: 7 };
    await using provider = await simulator({ script: { answers: [{ ...answer, limit }] } });
    const res = await ask(provider.url);
    expect([res.status, res.headers.get("retry-after")]).toEqual([
      answer.status,
      answer.retryAfterS === undefined ? null : "7",
    ]);
    expect(res.headers.get("anthropic-ratelimit-requests-limit")).toBe("50");
    expect(res.headers.get("anthropic-ratelimit-requests-reset")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await res.json()).toMatchObject({ type: "error", error: { type } });
    expect((await ask(provider.url)).status).toBe(200);
  });

  it("is late with its first byte", async () => {
    const clock = manualClock();
    await using provider = await simulator({ script: { otherwise: { firstByteMs: 5000 } }, clock });
    const asked = ask(provider.url);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(5000);
    expect((await asked).status).toBe(200);
  });

  it("takes its time from event to event", async () => {
    const clock = manualClock();
    await using provider = await simulator({ script: { otherwise: { text: "hi", betweenMs: 100 } }, clock });
    const asked = ask(provider.url, { stream: true }).then((res) => res.text());
    for (let event = 0; event < 7; event++) {
      await expect.poll(() => clock.pending).toBe(1);
      await clock.advance(100);
    }
    expect(await asked).toContain("message_stop");
  });

  it("is cut in the midst of a stream, and of a whole answer", async () => {
    await using provider = await simulator({ script: { otherwise: { cutAfterEvents: 4 } } });
    const res = await ask(provider.url, { stream: true });
    const heard: string[] = [];
    const read = async () => {
      for await (const text of res.body!.pipeThrough(new TextDecoderStream())) heard.push(text);
    };
    await expect(read()).rejects.toThrow();
    expect(heard.join("").match(/^event:/gm)).toHaveLength(4);
    await expect(ask(provider.url).then((whole) => whole.json())).rejects.toThrow();
  });

  it("falls silent in the midst of a stream", async () => {
    await using provider = await simulator({ script: { answers: [{ hangAfterEvents: 1 }] } });
    const leaving = new AbortController();
    const reader = (await ask(provider.url, { stream: true }, leaving.signal)).body!.getReader();
    await reader.read();
    let heard = 0;
    const next = reader.read().finally(() => heard++);
    next.catch(() => {});
    // What was to come would be there by the time another answer is.
    await (await ask(provider.url)).text();
    expect(heard).toBe(0);
    leaving.abort();
    await expect(next).rejects.toThrow();
  });

  it("takes a new script from another process, which counts from its own beginning", async () => {
    await using provider = await simulator();
    await ask(provider.url);
    const script: Script = { answers: [{ status: 529 }] };
    await fetch(provider.url + scriptPath, { method: "POST", body: JSON.stringify(script) });
    expect([(await ask(provider.url)).status, (await ask(provider.url)).status]).toEqual([529, 200]);
  });

  it("limits as providers do", async () => {
    const clock = manualClock();
    await using provider = await simulator({ script: limited(2, clock), clock });
    const statuses = async () => [(await ask(provider.url)).status, (await ask(provider.url)).status];
    expect([await statuses(), await statuses()]).toEqual([
      [200, 200],
      [429, 429],
    ]);
    await clock.advance(1000);
    expect(await statuses()).toEqual([200, 200]);
  });

  it("says what it does not know", async () => {
    await using provider = await simulator();
    expect((await fetch(`${provider.url}/v1/other`)).status).toBe(404);
    expect((await fetch(`${provider.url}/v1/messages`, { method: "POST", body: "{" })).status).toBe(400);
  });
});
