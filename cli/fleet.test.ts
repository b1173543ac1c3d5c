// The four processes know each other's addresses, start together and end in order.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "#runtime/config.ts";
import { type Fleet, fleet, fleetEnvironment, processNames } from "./fleet.ts";
import { freePorts } from "./ports.ts";
import { folder } from "./testing/command.ts";
import { entriesIn } from "./testing/entries.ts";

const ports = { gateway: 8001, claude: 6011, gemini: 6012, codex: 6013 };

describe("the environment of the processes", () => {
  it("tells each its port and the gateway where the agents are", () => {
    const env = fleetEnvironment({ ports, host: "127.0.0.1", env: { PATH: "/bin" } });
    expect(env).toEqual({
      PATH: "/bin",
      SYNAPSE_GATEWAY_PORT: "8001",
      SYNAPSE_CLAUDE_PORT: "6011",
      SYNAPSE_CLAUDE_URLS: "http://127.0.0.1:6011",
      SYNAPSE_GEMINI_PORT: "6012",
      SYNAPSE_GEMINI_URLS: "http://127.0.0.1:6012",
      SYNAPSE_CODEX_PORT: "6013",
      SYNAPSE_CODEX_URLS: "http://127.0.0.1:6013",
    });
  });

  it("leaves addresses as the user set them", () => {
    const env = fleetEnvironment({ ports, host: "127.0.0.1", env: { SYNAPSE_CODEX_URLS: "http://far:1" } });
    expect(env.SYNAPSE_CODEX_URLS).toBe("http://far:1");
  });

  it.each([
    ["0.0.0.0", "http://127.0.0.1:6011"],
    ["::", "http://[::1]:6011"],
    ["::1", "http://[::1]:6011"],
    ["10.0.0.5", "http://10.0.0.5:6011"],
  ])("reaches agents that listen on %s", (host, url) => {
    expect(fleetEnvironment({ ports, host, env: {} }).SYNAPSE_CLAUDE_URLS).toBe(url);
  });
});

describe("fleet", () => {
  const place = folder();
  let own: Fleet | undefined;
  beforeEach(() => {
    own = undefined;
  });
  afterEach(() => own?.kill());
  afterAll(() => place.remove());

  async function start(behaviours: Partial<Record<string, string>> = {}): Promise<Fleet> {
    const [gateway = 0, claude = 0, gemini = 0, codex = 0] = await freePorts(4, "127.0.0.1");
    own = fleet({
      ports: { gateway, claude, gemini, codex },
      host: "127.0.0.1",
      env: childEnvironment({ FAKE_NOTE: join(place.path, "note") }),
      entries: entriesIn(place.path, behaviours),
    });
    return own;
  }

  it("ends the gateway before the agents", async () => {
    const started = await start();
    await started.listening;
    await started.stop(5000);
    const [gateway, ...agents] = processNames.map((name) =>
      BigInt(readFileSync(join(place.path, `note.${name}.ended`), "utf8")),
    );
    for (const agent of agents) expect(agent).toBeGreaterThan(gateway!);
  });

  it("fails as soon as one can't start, with its words", async () => {
    const started = await start({ codex: "fail" });
    await expect(started.listening).rejects.toThrow("codex can't listen");
  });
});

it("runs the files of this checkout", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  for (const name of [
    "gateway/main.ts",
    "services/claude/main.ts",
    "services/gemini/main.ts",
    "services/codex/main.ts",
  ]) {
    expect(existsSync(join(root, name))).toBe(true);
  }
});
