// Runs that ask: decided by a command, at the terminal where the run began, or by nobody because nobody could.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { folder, start, synapse } from "./testing/command.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { asking, endless, passing } from "./testing/scripts.ts";
import { type Typing, typing } from "./testing/typing.ts";

const place = folder();
let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await fakeGateway((task) => {
    if (task === "endless") return endless;
    return task.startsWith("ask ") ? asking(...task.split(" ").slice(1)) : passing;
  });
});
afterAll(async () => {
  await gateway.close();
  place.remove();
});
const command = (...args: string[]) => synapse(args, { cwd: place.path, gateway: gateway.url });
/** The id of a run under way. */
const run = async (task: string) => (await command("run", "-d", task)).stdout.trim();

describe("synapse approve", () => {
  it("decides the only approval that waits, on the version it saw, with its name", async () => {
    const id = await run("ask execute");
    const { code, stdout } = await command("approve", id, "--note", "fine");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `approved execute of run ${id.slice(-12)}\n` });
    const decision = { runId: id, approvalId: "execute", approved: true, note: "fine", expectedVersion: 1 };
    expect(gateway.decided.at(-1)).toMatchObject({ ...decision, decidedBy: expect.stringMatching(/^.+@.+$|^.+$/) });
  });

  it("rejects, and gives the run as a document", async () => {
    const id = await run("ask execute");
    const { stdout } = await command("approve", id, "execute", "--reject", "--note", "no loops", "--output", "json");
    const approvals = [{ approvalId: "execute", state: "APPROVAL_STATE_REJECTED", note: "no loops" }];
    expect(JSON.parse(stdout)).toMatchObject({ run: { runId: id, approvals } });
  });

  it("refuses to choose between several, and lists them", async () => {
    const id = await run("ask code tests");
    const { code, stderr, stdout } = await command("approve", id);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `run ${id.slice(-12)} waits for 2 approvals: say which\n  code  May codex code?\n  tests  May codex tests?\n`,
    );
  });

  it("says so when nothing waits, and who was faster", async () => {
    const id = await run("pass");
    expect(await command("approve", id)).toMatchObject({
      code: 1,
      stderr: `run ${id.slice(-12)} waits for no approval: it is completed\n`,
    });
    expect(await command("approve", id, "execute")).toMatchObject({ code: 1, stderr: "execute was approved by kim\n" });
  });
});

describe("synapse show", () => {
  it("shows what waits and how it is decided, then what was decided", async () => {
    const id = await run("ask code tests");
    await command("approve", id, "tests", "--reject", "--note", "not\x1b[2J yet");
    const { stdout } = await command("show", id);
    expect(stdout).toMatch(/✘ {2}tests was rejected by \S+: not yet\n/);
    expect(stdout).toContain("?  code waits for a yes or no\n   May codex code?\n   command: node main.mjs\n");
    expect(stdout).toContain(`yes: synapse approve ${id.slice(-12)} code\n`);
  });
});

describe("synapse run --approve", () => {
  it("hands the steps and the time on", async () => {
    await command("run", "-d", "pass", "--approve", "execute, code", "--approval-expires", "90m");
    const { approve, approvalExpires } = gateway.created.at(-1)!.request;
    expect({ approve, seconds: approvalExpires?.seconds }).toEqual({ approve: ["execute", "code"], seconds: 5400n });
  });

  it.each([
    [["--approve", "deploy"], '--approve takes steps, such as execute or code,execute: there is no step "deploy"'],
    [["--approve", "execute", "--approval-expires", "soon"], "--approval-expires takes a span from 1s to 30d"],
    [["--approve", "execute", "--approval-expires", "0s"], "--approval-expires takes a span from 1s to 30d"],
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await command("run", "pass", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it("refuses at once where nobody could ever decide, and starts nothing", async () => {
    const env = { SYNAPSE_GATEWAY_PORT: "1" };
    const { code, stdout, stderr } = await synapse(["run", "pass", "--approve", "execute"], { cwd: place.path, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("nobody is at this terminal");
    expect(stderr).toContain(
      "start one that stays with synapse up, then decide with synapse approve <run>; or leave out --approve",
    );
    expect(stderr).not.toContain("starting one");
  });

  it("says how to decide where a gateway stays, and waits for it", async () => {
    const { child, ended } = start(["run", "ask execute", "--approve", "execute"], {
      cwd: place.path,
      gateway: gateway.url,
    });
    let said = "";
    child.stderr!.on("data", (text) => {
      said += text;
    });
    await expect.poll(() => /yes: synapse approve (\S+) execute\n/.exec(said)?.[1], { timeout: 20_000 }).toBeDefined();
    const [, id = ""] = /yes: synapse approve (\S+) execute\n/.exec(said) ?? [];
    await command("approve", id);
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/run +execute was approved by/) });
  });
});

describe("synapse run at a terminal", () => {
  let typist: Typing | undefined;
  afterEach(() => void typist?.child.kill("SIGKILL"));
  const at = (task: string) => {
    typist = typing(["run", task, "--approve", "execute"], { cwd: place.path, gateway: gateway.url });
    return typist;
  };

  it("asks there, and does not take another word for a yes", async () => {
    const { answer, ended } = at("ask execute");
    await answer("command: node main.mjs");
    await answer("execute: yes or no? ", "perhaps\r");
    await answer("execute: yes or no? ", "y\r");
    expect(await ended()).toMatchObject({ code: 0, text: expect.stringContaining("PASSED 4 of 4 tests") });
    expect(gateway.decided.at(-1)).toMatchObject({ approvalId: "execute", approved: true, expectedVersion: 1 });
  });

  it("asks what to change after a no", async () => {
    const { answer, ended } = at("ask execute");
    await answer("execute: yes or no? ", "no\r");
    await answer("what should the coder change?", " use a set \r");
    await ended();
    expect(gateway.decided.at(-1)).toMatchObject({ approved: false, note: "use a set" });
  });

  it("asks one after the other, and takes back what somebody else answers", async () => {
    const before = gateway.decided.length;
    const { answer, ended } = at("ask code tests");
    await answer("code: yes or no? ");
    await command("approve", "latest", "code");
    await answer(/code was approved by/);
    await answer("tests: yes or no? ", "yes\r");
    expect((await ended()).code).toBe(0);
    const decided = gateway.decided.slice(before).map(({ approvalId }) => approvalId);
    expect(decided).toEqual(["code", "tests"]);
  });

  it("leaves a question open at the end of the input, and says how it is answered elsewhere", async () => {
    const { answer, ended } = at("ask execute");
    await answer("execute: yes or no? ", "\x04");
    await answer(/it stays open:\s+yes: synapse approve \S+ execute/);
    await command("approve", "latest");
    expect((await ended()).code).toBe(0);
  });

  it("cancels the run with Ctrl-C, also while it asks", async () => {
    const { answer, ended } = at("ask execute");
    await answer("execute: yes or no? ", "\x03");
    expect(await ended()).toMatchObject({ code: 130, text: expect.stringContaining("CANCELED") });
    expect(gateway.canceled).toHaveLength(1);
  });
});
