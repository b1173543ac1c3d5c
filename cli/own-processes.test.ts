// The command line with its real four processes: a run without a gateway, and `synapse up` with its deaths and its end.

import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { health } from "./health.ts";
import { freePorts } from "./ports.ts";
import { folder, type Running, start, synapse } from "./testing/command.ts";

const slow = 60_000;
const reaches = (url: string) =>
  fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

describe("own processes", () => {
  let place: ReturnType<typeof folder>;
  let running: Running | undefined;
  let env: Record<string, string>;
  beforeEach(async () => {
    place = folder();
    const [gateway, claude, gemini, codex] = await freePorts(4, "127.0.0.1");
    // The usual gateway is one that nobody runs, or a gateway of the machine would be used.
    env = {
      SYNAPSE_GATEWAY_PORT: String(gateway),
      SYNAPSE_CLAUDE_PORT: String(claude),
      SYNAPSE_GEMINI_PORT: String(gemini),
      SYNAPSE_CODEX_PORT: String(codex),
    };
  });
  afterEach(() => {
    running?.child.kill("SIGKILL");
    running = undefined;
    place.remove();
  });

  it(
    "carry out a run when there is no gateway, are gone with it, and read it again",
    async () => {
      const ended = await synapse(["run", "--output", "json", "print the first 5 Fibonacci numbers"], {
        cwd: place.path,
        env,
      });
      expect(ended.stderr).toContain("starting one for this run");
      expect(JSON.parse(ended.stdout)).toMatchObject({ run: { outcome: "OUTCOME_PASSED" } });
      expect(ended.code).toBe(0);
      const shown = await synapse(["artifacts", "latest", "output.txt"], { cwd: place.path, env });
      expect(shown).toMatchObject({ code: 0, stdout: "0\n1\n1\n2\n3\n" });
      expect(shown.stderr).toContain("starting one to read the run");
    },
    slow,
  );

  it(
    "finish a run although the gateway is killed in the middle",
    async () => {
      running = start(["run", "--output", "jsonl", "print the first 5 Fibonacci numbers"], { cwd: place.path, env });
      await new Promise((resolve) => running?.child.stdout?.once("data", resolve));
      const { pid } = JSON.parse(readFileSync(join(place.path, "data/gateway.holder"), "utf8"));
      process.kill(pid, "SIGKILL");
      const { stdout, stderr, code } = await running.ended;
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("trying again") });
      const seqs = stdout
        .trimEnd()
        .split("\n")
        .slice(0, -1)
        .map((line) => Number(JSON.parse(line).seq));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    },
    slow,
  );

  /** `synapse up` that serves, and where. */
  async function up(): Promise<Record<string, string>> {
    running = start(["up", "--output", "jsonl"], { cwd: place.path, env });
    let text = "";
    running.child.stdout?.on("data", (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text.trimEnd().split("\n").length, { timeout: slow }).toBe(4);
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; url: string });
    return Object.fromEntries(lines.map(({ name, url }) => [name, url]));
  }

  it(
    "stand on the configured ports, come back when they die, and end in order",
    async () => {
      const urls = await up();
      expect(urls.gateway).toBe(`http://127.0.0.1:${env.SYNAPSE_GATEWAY_PORT}`);
      await expect.poll(() => reaches(urls.gateway!), { timeout: slow }).toBe(true);

      // A run without --gateway finds it by what it noted in the data folder.
      const found = await synapse(["runs"], { cwd: place.path, env });
      expect(found).toMatchObject({ code: 0, stderr: expect.stringContaining("there are no runs") });

      const before = await pidOf(urls.codex!);
      process.kill(before, "SIGKILL");
      await expect.poll(() => pidOf(urls.codex!).catch(() => before), { timeout: slow }).not.toBe(before);

      running!.child.kill("SIGTERM");
      const ended = await running!.ended;
      expect(ended.code).toBe(0);
      expect(ended.stderr).toContain("codex    ended (SIGKILL): starting again in 0.2s");
      for (const url of Object.values(urls)) expect(await reaches(url)).toBe(false);
    },
    slow,
  );

  it(
    "are gone when the command line is killed",
    async () => {
      const urls = await up();
      running!.child.kill("SIGKILL");
      for (const url of Object.values(urls)) {
        await expect.poll(async () => (await health(url)).problem, { timeout: slow }).toBe("nothing listens there");
      }
    },
    slow,
  );

  it(
    "say who holds a port and which variable changes it, and none stays",
    async () => {
      const holder = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => holder.once("listening", resolve));
      env.SYNAPSE_GEMINI_PORT = String((holder.address() as AddressInfo).port);
      const ended = await synapse(["up"], { cwd: place.path, env });
      holder.close();
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toContain(`gemini can't listen on 127.0.0.1:${env.SYNAPSE_GEMINI_PORT}`);
      expect(ended.stderr).toContain("Set SYNAPSE_GEMINI_PORT to another port");
    },
    slow,
  );
});

/** The process that listens at an address. */
async function pidOf(url: string): Promise<number> {
  const { portHolder } = await import("#runtime/port-holder.ts");
  const holder = await portHolder(Number(new URL(url).port));
  return Number(/pid (\d+)/.exec(holder ?? "")?.[1] ?? Number.NaN);
}
