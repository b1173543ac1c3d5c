import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { type Place, places, probe } from "./probe.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A place whose server answers so; undefined never answers. */
async function place(name: string, answers: Record<string, unknown> | undefined): Promise<Place> {
  const server = createServer((req, res) => {
    if (answers === undefined) return;
    const answer = answers[req.url ?? ""];
    res.writeHead(answer === undefined ? 404 : 200).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const known = places.find((each) => each.name === name)!;
  return { ...known, port: (server.address() as AddressInfo).port };
}

const list = (owned_by: string, ...ids: string[]) => ({
  "/v1/models": { object: "list", data: ids.map((id) => ({ id, object: "model", owned_by })) },
});

describe("probe", () => {
  it("finds each server by what it answers, with its models", async () => {
    const asked = [
      await place("Ollama", { "/api/tags": { models: [{ name: "qwen3:4b", size: 1 }, { name: "gemma3" }] } }),
      await place("llama.cpp", list("llamacpp", "model.gguf")),
      await place("LM Studio", list("organization_owner", "qwen3-4b", "text-embedding-nomic")),
      await place("vLLM", list("vllm", "Qwen/Qwen3-4B")),
    ];
    expect(await probe({ places: asked, clock: manualClock() })).toEqual([
      { name: "Ollama", baseUrl: `http://127.0.0.1:${asked[0]!.port}/v1`, models: ["qwen3:4b", "gemma3"] },
      { name: "llama.cpp", baseUrl: `http://127.0.0.1:${asked[1]!.port}/v1`, models: ["model.gguf"] },
      { name: "LM Studio", baseUrl: `http://127.0.0.1:${asked[2]!.port}/v1`, models: ["qwen3-4b"] },
      { name: "vLLM", baseUrl: `http://127.0.0.1:${asked[3]!.port}/v1`, models: ["Qwen/Qwen3-4B"] },
    ]);
  });

  it("takes nobody else for a server of models", async () => {
    const strangers = [
      await place("Ollama", { "/api/tags": "<html>not found</html>" }),
      await place("llama.cpp", list("somebody", "model")),
      await place("vLLM", {}),
      await place("vLLM", list("somebody", "model")),
      await place("LM Studio", { "/v1/models": [] }),
    ];
    expect(await probe({ places: strangers, clock: manualClock() })).toEqual([]);
  });

  it("waits 250 ms for one that is silent, and for none that is not there", async () => {
    const clock = manualClock();
    const silent = await place("Ollama", undefined);
    const gone = await place("vLLM", {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const there = await place("LM Studio", list("me", "qwen3"));
    const asked = servers.map((server) => once(server, "request"));
    const found = probe({ places: [silent, gone, there], clock });
    await Promise.all(asked);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(249);
    expect(await Promise.race([found, turned()])).toBe("turned");
    await clock.advance(1);
    expect((await found).map(({ name }) => name)).toEqual(["LM Studio"]);
  });

  it("stops when it is told to", async () => {
    const silent = await place("Ollama", undefined);
    expect(await probe({ places: [silent], signal: AbortSignal.abort(), clock: manualClock() })).toEqual([]);
  });
});

/** Time for what is under way: what was sent has arrived, what has failed has said so. */
async function turned(): Promise<"turned"> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  return "turned";
}
