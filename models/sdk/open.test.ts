import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { failureOf, messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { simulator } from "#simulator/simulator.ts";
import type { Ask } from "../model.ts";
import { Fault } from "../provider-failure.ts";
import { rateLimitShares } from "../rate-limit-shared.ts";
import { type SdkModelSetting, sdkModel } from "./open.ts";

const question: Ask = {
  ...{ name: "answer", system: "", prompt: "?", schema: z.object({ a: z.string() }), maxOutputTokens: 100 },
  signal: new AbortController().signal,
  say: () => {},
};
const ask = async (setting: Partial<SdkModelSetting>, asked: Partial<Ask> = {}) =>
  (await sdkModel({ kind: "compatible", model: "m", ...setting })).ask({ ...question, ...asked });
const failing = (...asked: Parameters<typeof ask>) =>
  ask(...asked).then(
    () => expect.fail("answered"),
    (error: unknown) => error,
  );

describe("opening a model", () => {
  it("loads nothing of the AI SDK before a model is opened, and only the provider's part then", async () => {
    const script = `
      import { registerHooks } from "node:module";
      const loaded = new Set();
      registerHooks({ load: (url, context, next) => {
        loaded.add(/node_modules\\/(ai|zod|@ai-sdk\\/[^/]+)\\//.exec(url)?.[1] ?? "");
        return next(url, context);
      } });
      const { sdkModel } = await import("#models/sdk/open.ts");
      const before = [...loaded].filter(Boolean);
      await sdkModel({ kind: "google", model: "m", apiKey: "k" });
      console.log(JSON.stringify([before, [...loaded].filter((name) => /google|openai|anthropic/.test(name))]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(JSON.parse(stdout)).toEqual([[], ["@ai-sdk/google"]]);
  });

  it.each([
    ["anthropic", "ANTHROPIC_API_KEY"],
    ["google", "GEMINI_API_KEY"],
    ["openai", "OPENAI_API_KEY"],
  ] as const)("needs a key for %s itself, and names %s", async (kind, name) => {
    const error: unknown = await sdkModel({ kind, model: "m" }).catch((reason: unknown) => reason);
    expect(reasonOf(error)).toBe(Reason.ENGINE_AUTH);
    expect(messageOf(error)).toBe(`${kind} needs a key: set ${name}`);
  });

  it.each([{ firstByteMs: 0 }, { stallMs: 300_001 }, { requestsPerMinute: 0 }, { tokensPerMinute: -1 }])(
    "refuses the limits %j",
    async (limits) => {
      await expect(sdkModel({ kind: "openai", model: "m", apiKey: "k", limits })).rejects.toThrow(RangeError);
    },
  );

  it("needs none for another place; who pays there is said only where it is known", async () => {
    await using provider = await simulator();
    const payers = [
      await ask({ kind: "anthropic", baseUrl: provider.url }),
      await ask({ baseUrl: provider.url }),
      await ask({ baseUrl: provider.url, apiKey: "sk-some-key" }),
    ];
    expect(payers.map(({ usage }) => usage.payer)).toEqual([Payer.API_KEY, Payer.LOCAL, Payer.API_KEY]);
    const [, second, third] = provider.requests;
    expect([second?.hasKey, third?.hasKey]).toEqual([false, true]);
  });
});

/** A server that answers every request with `answer`. */
async function serving(headers: Record<string, string>, body: string, status = 200) {
  const paths: string[] = [];
  const server = createServer((req, res) => {
    paths.push(req.url ?? "");
    res.writeHead(status, headers).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ baseUrl, paths },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close().closeAllConnections();
      await closed;
    },
  };
}

describe("a place that is no provider", () => {
  it("can't be reached: nothing was spent", async () => {
    const { baseUrl } = await serving({}, "").then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    const error = await failing({ baseUrl });
    expect(failureOf(error)?.provider).toMatchObject({ fault: Fault.UNREACHABLE, status: 0 });
    expect(messageOf(error)).toMatch(
      /^the server at 127\.0\.0\.1:\d+ can't be reached \(ECONNREFUSED\): check the network and the engine's URL$/,
    );
    expect(spentOn(error)).toEqual([]);
  });

  it("points elsewhere: the key does not go there", async () => {
    await using other = await serving({}, "{}");
    await using first = await serving({ location: `${other.baseUrl}/v1/chat/completions` }, "", 307);
    const error = await failing({ baseUrl: first.baseUrl, apiKey: "sk-canary-0123" });
    expect(failureOf(error)?.provider).toMatchObject({ fault: Fault.REQUEST, status: 307 });
    expect(messageOf(error)).toContain("answers with a redirect");
    expect([first.paths.length, other.paths.length]).toEqual([1, 0]);
  });

  it("answers with a page", async () => {
    await using page = await serving({ "content-type": "text/html" }, "<html>welcome</html>");
    const error = await failing({ baseUrl: page.baseUrl });
    expect(failureOf(error)?.provider).toMatchObject({ fault: Fault.MALFORMED, status: 200 });
    expect(messageOf(error)).toContain("does not speak as compatible servers do");
  });

  it("would have an answer continued: an ask stays one request", async () => {
    const candidate = { content: { parts: [{ text: '{"a":' }] }, finishReason: "CONTINUATION", continuationToken: "t" };
    const stream = `data: ${JSON.stringify({ candidates: [candidate] })}\n\n`;
    await using server = await serving({ "content-type": "text/event-stream" }, stream);
    const error = await failing({ kind: "google", baseUrl: server.baseUrl });
    expect(failureOf(error)?.provider?.fault).toBe(Fault.LENGTH);
    expect(server.paths).toHaveLength(1);
  });

  it("has nothing at the path", async () => {
    await using page = await serving({}, "not found", 404);
    const error = await failing({ kind: "openai", baseUrl: page.baseUrl });
    expect(messageOf(error)).toMatch(
      /^openai has no model m at 127\.0\.0\.1:\d+ \(404\): check the model's name and OPENAI_BASE_URL$/,
    );
  });
});

describe("usage of a server that counts nothing", () => {
  it("is an estimate", async () => {
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: "c1", model: "small", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const stream = `${chunk({ content: '{"a":"b"}' }, null)}${chunk({}, "stop")}data: [DONE]\n\n`;
    await using server = await serving({ "content-type": "text/event-stream" }, stream);
    const { usage, value, requestId } = await ask({ baseUrl: server.baseUrl });
    expect([value, requestId]).toEqual([{ a: "b" }, "c1"]);
    expect(usage).toMatchObject({ provenance: Provenance.ESTIMATED, payer: Payer.LOCAL, modelUsed: "small" });
    expect([usage.inputTokens > 50n, usage.outputTokens > 2n]).toEqual([true, true]);
  });
});

describe("search", () => {
  it("goes without the schema where Gemini takes but one of both, and the schema goes in words", async () => {
    await using provider = await simulator({ script: { otherwise: { text: '```json\n{"a":"b"}\n```' } } });
    const reply = await ask({ kind: "google", model: "gemini-2.5-pro", baseUrl: provider.url }, { search: true });
    expect(reply.value).toEqual({ a: "b" });
    const [request] = provider.requests;
    expect(request?.schema).toBeUndefined();
    expect(request?.system).toContain('"required":["a"]');
    expect(request?.body.tools).toEqual([{ googleSearch: {} }]);
  });
});

describe("rates", () => {
  it("hold over all models with the key, and say when a turn would come", async () => {
    await using provider = await simulator();
    const clock = manualClock();
    const shared = { rates: rateLimitShares(), clock, baseUrl: provider.url, limits: { requestsPerMinute: 2 } };
    await ask({ ...shared, apiKey: "sk-a", model: "one" });
    await ask({ ...shared, apiKey: "sk-a", model: "two" });
    await ask({ ...shared, apiKey: "sk-b" });
    const third = ask({ ...shared, apiKey: "sk-a" });
    await expect.poll(() => clock.pending).toBe(1);
    expect(provider.requests).toHaveLength(3);
    await clock.advance(30_000);
    await third;
    expect(provider.requests).toHaveLength(4);
  });
});
