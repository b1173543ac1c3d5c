// A run finds a gateway that is there, starts its own when none is, and gets another when its own luck ends.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "#runtime/config.ts";
import { type GatewaySource, gatewaySource } from "./gateway-source.ts";
import { freePorts } from "./ports.ts";
import { folder } from "./testing/command.ts";
import { entriesIn } from "./testing/entries.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { passing } from "./testing/scripts.ts";

describe("gateway source", () => {
  let place: ReturnType<typeof folder>;
  let source: GatewaySource | undefined;
  let fakes: FakeGateway[] = [];
  beforeEach(() => {
    place = folder();
  });
  afterEach(async () => {
    source?.kill();
    for (const fake of fakes) await fake.close();
    fakes = [];
    place.remove();
  });

  async function fake(): Promise<FakeGateway> {
    const started = await fakeGateway(() => passing);
    fakes.push(started);
    return started;
  }
  async function nobodyUrl(): Promise<string> {
    return `http://127.0.0.1:${(await freePorts(1, "127.0.0.1"))[0]}`;
  }
  function noted(url: string): void {
    writeFileSync(join(place.path, "gateway.holder"), JSON.stringify({ pid: 1, url }));
  }
  function make(find: { named?: string; usual: string }, behaviours = {}): GatewaySource {
    source = gatewaySource({
      find: { named: find.named, usual: find.usual, dataDir: place.path },
      env: childEnvironment({}),
      entries: entriesIn(place.path, behaviours),
    });
    return source;
  }

  it("takes the one that was named, and none else", async () => {
    const other = await fake();
    const nobody = await nobodyUrl();
    const named = make({ named: nobody, usual: other.url });
    await expect(named.current()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("synapse up"),
    });
  });

  it("does not take somebody else's server for a gateway", async () => {
    const somebody = createServer((_req, res) => res.end("<h1>hello</h1>"));
    await new Promise<void>((resolve) => somebody.listen(0, "127.0.0.1", resolve));
    try {
      const usual = `http://127.0.0.1:${(somebody.address() as AddressInfo).port}`;
      const source = make({ usual });
      expect((await source.current()).url).not.toBe(usual);
      expect(source.isOwn).toBe(true);
    } finally {
      somebody.close();
    }
  });

  it("takes the one that holds the data folder when the usual one does not answer", async () => {
    const holder = await fake();
    noted(holder.url);
    const source = make({ usual: await nobodyUrl() });
    expect((await source.current()).url).toBe(holder.url);
    expect(source.isOwn).toBe(false);
  });

  it("starts its own when nobody answers, and ends it", async () => {
    noted(await nobodyUrl());
    const source = make({ usual: await nobodyUrl() });
    const { url } = await source.current();
    expect(source.isOwn).toBe(true);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await source.stop();
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it("starts one gateway although two ask at the same time", async () => {
    let starts = 0;
    source = gatewaySource({
      find: { named: undefined, usual: await nobodyUrl(), dataDir: place.path },
      env: childEnvironment({}),
      entries: entriesIn(place.path, {}),
      onStart() {
        starts += 1;
      },
    });
    const [one, two] = await Promise.all([source.current(), source.current()]);
    expect(two.url).toBe(one.url);
    expect(starts).toBe(1);
  });

  it("starts its own when the one it used has left", async () => {
    const first = await fake();
    noted(first.url);
    const source = make({ usual: await nobodyUrl() });
    await source.current();
    await first.close();
    expect((await source.current()).url).not.toBe(first.url);
    expect(source.isOwn).toBe(true);
  });

  it("fails with the words of the process that can't start", async () => {
    const source = make({ usual: await nobodyUrl() }, { gemini: "fail" });
    await expect(source.current()).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("gemini can't listen"),
    });
  }, 20_000);

  it("takes the gateway of another command line that was quicker", async () => {
    const quicker = await fake();
    let calls = 0;
    source = gatewaySource({
      find: { named: undefined, usual: await nobodyUrl(), dataDir: place.path },
      env: childEnvironment({}),
      entries: entriesIn(place.path, { gateway: "fail" }),
      onStart() {
        calls += 1;
        noted(quicker.url);
      },
    });
    expect((await source.current()).url).toBe(quicker.url);
    expect(calls).toBe(1);
    expect(source.isOwn).toBe(false);
  });
});
