// What a wrong command line, a missing gateway and a closed pipe lead to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { clientOf } from "./find-gateway.ts";
import { freePorts } from "./ports.ts";
import { commandEnvironment, folder, mainFile, synapse } from "./testing/command.ts";
import { fakeGateway } from "./testing/fake-gateway.ts";
import { endless } from "./testing/scripts.ts";

const place = folder();
const cwd = place.path;
afterAll(() => place.remove());

describe("wrong use", () => {
  mkdirSync(join(cwd, "a-folder"));
  writeFileSync(join(cwd, "binary"), Buffer.from([0xff, 0xfe, 0x00]));
  it.each([
    [[], "Usage: synapse"],
    [["rnu"], "Did you mean run?"],
    [["run"], "missing required argument 'task'"],
    [["run", "  "], "the task is empty"],
    [["run", "several", "words"], "too many arguments"],
    [["run", "x", "--bogus"], "unknown option '--bogus'"],
    [["run", "x", "--output", "xml"], "Allowed choices are text, json, jsonl"],
    [["run", "x", "--gateway", "ftp://here"], "--gateway takes an address"],
    [["run", "x", "--file", "nothing-there"], "there is no such file"],
    [["run", "x", "--file", "a-folder"], "is a folder"],
    [["run", "x", "--file", "binary"], "is no UTF-8 text"],
    [["run", "x", "--file", "../outside"], "is not below this folder"],
    [["runs", "--limit", "0"], "a whole number from 1"],
    [["runs", "--state", "sleeping"], "--state takes one of pending, running"],
    [["watch", "latest", "--after", "x"], "a whole number"],
  ])("%j ends with 2 and says what is wrong", async (args, words) => {
    const ended = await synapse(args, { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });

  it("names a variable that is wrong and what is allowed", async () => {
    const ended = await synapse(["runs"], { cwd, env: { SYNAPSE_SANDBOX: "docker", SYNAPSE_BOGUS: "1" } });
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("SYNAPSE_SANDBOX=docker is not allowed: it takes auto, bwrap");
    expect(ended.stderr).toContain("SYNAPSE_BOGUS is not known");
  });
});

describe("without a gateway", () => {
  it.each([[["runs"]], [["show", "latest"]], [["run", "x"]], [["run", "-d", "x"]], [["artifacts", "latest"]]])(
    "%j at an address nobody listens on ends with 3 and says how to start one",
    async (args) => {
      const [port] = await freePorts(1, "127.0.0.1");
      const ended = await synapse([...args, "--gateway", `localhost:${port}`], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: "" });
      expect(ended.stderr).toContain("start it with: synapse up");
    },
  );
});

describe("help", () => {
  it.each([[["--help"]], [["help"]], [["run", "--help"]], [["--version"]]])(
    "%j goes to stdout and ends with 0",
    async (args) => {
      const ended = await synapse(args, { cwd });
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout.length).toBeGreaterThan(4);
    },
  );
});

describe("a reader that leaves", () => {
  it("ends the command quietly, as other programs end", async () => {
    const gateway = await fakeGateway(() => endless);
    try {
      const env = commandEnvironment({ cwd, gateway: gateway.url });
      const child = spawn(process.execPath, [mainFile, "run", "--output", "jsonl", "x"], { cwd, env });
      const ended = Promise.all([once(child, "exit"), text(child.stderr)]);
      await once(child.stdout, "data");
      child.stdout.destroy();
      const { workflow } = await clientOf(gateway.url);
      const { runs } = await workflow.listRuns({});
      await workflow.cancelRun({ runId: runs[0]!.runId });
      const [[code], stderr] = await ended;
      expect(code).toBe(141);
      expect(stderr).not.toMatch(/EPIPE|\n {4}at /);
    } finally {
      await gateway.close();
    }
  });
});
