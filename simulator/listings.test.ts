import { describe, expect, it } from "vitest";
import { billedPath, simulator } from "./simulator.ts";
import { askIn } from "./testing.ts";

const read = async (url: string, init?: RequestInit) => (await fetch(url, init)).json();
const counted = (body: object) => ({ method: "POST", body: JSON.stringify(body) });

describe("beside answers the simulator", () => {
  it("lists its models as each provider does", async () => {
    await using provider = await simulator({ models: ["one", "two"] });
    const { url } = provider;
    expect(await read(`${url}/v1/models`)).toMatchObject({ object: "list", data: [{ id: "one" }, { id: "two" }] });
    expect(await read(`${url}/v1/models`, { headers: { "anthropic-version": "2023-06-01" } })).toMatchObject({
      data: [{ type: "model", id: "one" }, { id: "two" }],
      has_more: false,
    });
    expect(await read(`${url}/v1beta/models`)).toMatchObject({ models: [{ name: "models/one" }, {}] });
    expect(await read(`${url}/api/tags`)).toMatchObject({ models: [{ name: "one" }, { name: "two" }] });
  });

  it("counts tokens without an answer or a bill", async () => {
    await using provider = await simulator();
    const url = `${provider.url}/v1`;
    const count = { input_tokens: 4 };
    expect(await read(`${url}/messages/count_tokens`, counted({ model: "x", messages: [] }))).toEqual(count);
    expect(await read(`${url}beta/models/x:countTokens`, counted({ contents: [] }))).toEqual({ totalTokens: 4 });
    expect(provider.requests).toEqual([]);
  });

  it("tells another process what it billed", async () => {
    const usage = { inputTokens: 10, outputTokens: 5 };
    await using provider = await simulator({ script: { answers: [{ usage }, { status: 500 }], otherwise: { usage } } });
    for (const dialect of ["anthropic", "openai", "google"] as const)
      await (await askIn(dialect, provider, false)).text();
    expect(await read(provider.url + billedPath)).toMatchObject({
      total: { inputTokens: 20, outputTokens: 10 },
      requests: [
        { n: 1, dialect: "anthropic", model: "model-x", billed: usage },
        { n: 2, dialect: "openai", billed: null },
        { n: 3, dialect: "google", billed: usage },
      ],
    });
  });
});
