// `synapse doctor` tells the truth about this machine, with a fix for what is amiss and without a secret.

import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nodeCheck, packagesCheck } from "./checks.ts";
import { freePorts } from "./ports.ts";
import { folder, synapse } from "./testing/command.ts";
import { fakeGateway } from "./testing/fake-gateway.ts";
import { passing } from "./testing/scripts.ts";

const place = folder();
const cwd = place.path;
afterAll(() => place.remove());

interface Check {
  name: string;
  verdict: string;
  says: string;
  fix?: string;
}
async function doctor(env: Record<string, string>): Promise<{ code: number | null; checks: Check[]; all: string }> {
  const { code, stdout, stderr } = await synapse(["doctor", "--output", "json"], { cwd, env });
  return { code, checks: JSON.parse(stdout).checks, all: stdout + stderr };
}

describe("doctor", () => {
  it("shows a key as set and never itself, and the variables that are set", async () => {
    const { checks, all } = await doctor({
      ANTHROPIC_API_KEY: "sk-very-secret",
      SYNAPSE_LOG_LEVEL: "warn",
      SYNAPSE_CODEX_URLS: "http://user:pass@far:5013",
    });
    expect(all).not.toMatch(/very-secret|user:pass/);
    const says = (name: string) => checks.find((check) => check.name === name)?.says;
    expect(says("keys")).toBe("ANTHROPIC_API_KEY is set; GEMINI_API_KEY, OPENAI_API_KEY are not set");
    expect(says("ANTHROPIC_API_KEY")).toBe("set");
    expect(checks).toContainEqual({ name: "SYNAPSE_LOG_LEVEL", verdict: "good", says: "warn" });
  });

  it("names wrong variables and a gateway that does not answer, and ends with 1", async () => {
    const [port] = await freePorts(1, "127.0.0.1");
    const { checks, code } = await doctor({ SYNAPSE_SANDBOX: "docker", SYNAPSE_GATEWAY: `http://127.0.0.1:${port}` });
    const bad = checks.filter(({ verdict }) => verdict === "bad").map(({ name }) => name);
    expect(code).toBe(1);
    expect(bad).toEqual(["gateway", "variables"]);
  });

  it("says of each port whether it is free, ours or whose", async () => {
    const gateway = await fakeGateway(() => passing);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const [free] = await freePorts(1, "127.0.0.1");
    const held = (other.address() as AddressInfo).port;
    try {
      const { checks } = await doctor({
        SYNAPSE_GATEWAY_PORT: new URL(gateway.url).port,
        SYNAPSE_CLAUDE_PORT: String(held),
        SYNAPSE_GEMINI_PORT: String(free),
      });
      const says = (name: string) => checks.find((check) => check.name === name);
      expect(says(`port ${new URL(gateway.url).port}`)?.says).toBe("gateway answers");
      expect(says(`port ${free}`)?.says).toBe("free for gemini");
      expect(says(`port ${held}`)).toMatchObject({
        verdict: "note",
        fix: expect.stringContaining("SYNAPSE_CLAUDE_PORT"),
      });
    } finally {
      other.close();
      await gateway.close();
    }
  });

  it("finds a data folder that can't be one", async () => {
    writeFileSync(join(cwd, "a-file"), "");
    const { checks, code } = await doctor({ SYNAPSE_DATA_DIR: join(cwd, "a-file/data") });
    expect(code).toBe(1);
    expect(checks.find(({ name }) => name === "data")).toMatchObject({ verdict: "bad" });
  });

  it("knows an old Node and packages that are not as locked", async () => {
    expect(nodeCheck("v20.1.0").verdict).toBe("bad");
    expect(nodeCheck("v24.0.0").verdict).toBe("good");
    const lock = (version: string) => JSON.stringify({ packages: { "": {}, "node_modules/a": { version } } });
    mkdirSync(join(cwd, "node_modules"));
    writeFileSync(join(cwd, "package-lock.json"), lock("1.0.0"));
    writeFileSync(join(cwd, "node_modules/.package-lock.json"), lock("1.0.0"));
    expect((await packagesCheck(cwd)).verdict).toBe("good");
    writeFileSync(join(cwd, "node_modules/.package-lock.json"), lock("1.0.1"));
    expect(await packagesCheck(cwd)).toMatchObject({ verdict: "bad", says: expect.stringContaining("such as a") });
  });
});
