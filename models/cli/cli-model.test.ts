// A program as a model, from the ask to the reply, with small programs in the place of the agents'.
import { mkdir, readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { Fault } from "../provider-failure.ts";
import { cliModel } from "./open.ts";
import { type Asking, asking, canaries, failing, names, wrote } from "./testing/asking.ts";
import { isRunning, soon } from "./testing/fake-program.ts";

describe("a command line agent as a model", () => {
  let its: Asking;

  beforeEach(async () => {
    its = await asking();
  });
  afterEach(() => its[Symbol.asyncDispose]());

  it.each(names)("of %s answers, and leaves nothing where it worked", async (cli) => {
    const reply = await its.ask(cli, await its.answering(wrote[cli].answer.lines));
    expect(reply).toMatchObject({ value: { summary: "hi" }, text: '{"summary":"hi"}', sources: [] });
    expect(reply.usage).toMatchObject({ provenance: Provenance.MEASURED, modelRequested: "" });
    expect(its.said()).toBe('{"summary":"hi"}');
    expect(await readdir(its.folder)).toEqual([]);
    expect(its.clock.pending).toBe(0);
    const { mode, input } = await its.call();
    expect([mode, input]).toEqual([0o700, "Say hi"]);
  });

  it.each(names)("of %s is named by the program and the model", async (cli) => {
    const named = (model?: string) => cliModel({ cli, env: {}, folder: its.folder, model });
    expect([named().kind, named().model, named("m-1").model]).toEqual(["cli", cli, `${cli}:m-1`]);
    const reply = await its.ask(cli, await its.answering(wrote[cli].answer.lines), {}, {}, { model: "m-1" });
    expect((await its.call()).args.join(" ")).toMatch(/(-m|--model) m-1\b/);
    expect(reply.usage.modelRequested).toBe("m-1");
  });

  it("takes the answer, whatever is said beside it", async () => {
    const delta = { type: "content_block_delta", delta: { type: "text_delta", text: "Here it is: " } };
    const [first = "", second = "", ...rest] = wrote.claude.answer.lines;
    const lines = [first, second, JSON.stringify({ type: "stream_event", event: delta }), ...rest];
    expect((await its.ask("claude", await its.answering(lines))).value).toEqual({ summary: "hi" });
    expect(its.said()).toBe('Here it is: {"summary":"hi"}');
  });

  it("that is not installed says how to get it", async () => {
    expect(await failing(its.ask("gemini", "no-such-gemini"))).toMatchObject({
      ...{ reason: Reason.ENGINE_CANNOT, fault: Fault.REQUEST, engine: "cli:gemini", spent: [] },
      message: expect.stringContaining(
        "Gemini CLI is not installed: there is no no-such-gemini on the PATH; get it with `npm install -g @google/gemini-cli`",
      ),
    });
    expect(await readdir(its.folder)).toEqual([]);
  });

  it("that has used up its quota says when it may be asked again", async () => {
    const { lines } = wrote.claude.limit;
    const ending = await failing(its.ask("claude", await its.answering(lines, "process.exitCode = 1;")));
    expect(ending).toMatchObject({
      reason: Reason.QUOTA_EXHAUSTED,
      fault: Fault.QUOTA,
      retryAfter: { seconds: 2400n },
    });
  });

  it("shows no key, whatever it says", async () => {
    const words = `no: ${Object.values(canaries).join(" ")}`;
    const lines = [JSON.stringify({ type: "turn.failed", error: { message: words } })];
    const program = await its.answering(lines, `console.error(${JSON.stringify(words)});`);
    expect((await failing(its.ask("codex", program, {}, canaries))).message).toContain("no: [key]");
  });

  it("is ended when its caller leaves; what it had begun is told as spent, of unknown size", async () => {
    const program = await its.programs.shell(
      `echo '{"type":"thread.started"}'; sleep 1000 & echo $! > pid; trap '' TERM; echo yes > ready; wait; sleep 1000`,
    );
    const leaving = new AbortController();
    const ending = failing(its.ask("codex", program, { signal: leaving.signal }));
    await expect.poll(() => its.programs.read("ready"), soon).toBeDefined();
    leaving.abort();
    await expect.poll(async () => isRunning((await its.programs.read("pid"))!.trim()), soon).toBe(false);
    await its.clock.advance(3000);
    const { reason, spent } = await ending;
    expect(reason).toBe(Reason.CANCELED);
    expect(spent).toMatchObject([{ engine: "cli:codex", usage: { provenance: Provenance.UNAVAILABLE } }]);
    expect(await readdir(its.folder)).toEqual([]);
  });

  it("costs nothing when its caller has left before it said a word", async () => {
    const ending = await failing(its.ask("codex", "no-such-codex", { signal: AbortSignal.abort() }));
    expect(ending).toMatchObject({ reason: Reason.CANCELED, spent: [] });
    const leaving = new AbortController();
    const silent = failing(
      its.ask("codex", await its.programs.shell("echo > ready; exec sleep 1000"), { signal: leaving.signal }),
    );
    await expect.poll(() => its.programs.read("ready"), soon).toBeDefined();
    leaving.abort();
    expect(await silent).toMatchObject({ reason: Reason.CANCELED, spent: [] });
  });

  it("that falls silent has failed, and what came is counted as an estimate", async () => {
    const program = await its.programs.shell(
      `echo '${wrote.claude.cut.lines.slice(0, 3).join("\n")}'; exec sleep 1000`,
    );
    const ending = failing(its.ask("claude", program));
    await expect.poll(() => its.said(), soon).toBe('{"summar');
    await its.clock.advance(120_000);
    expect(await ending).toMatchObject({ reason: Reason.DEPENDENCY, fault: Fault.STALLED });
    expect((await ending).spent).toMatchObject([{ usage: { inputTokens: 25n, provenance: Provenance.ESTIMATED } }]);
  });

  it("sweeps what a process that was killed has left, after a day", async () => {
    for (const name of ["123-aB3dE6", "124-aB3dE6", "other"]) await mkdir(join(its.folder, name), { recursive: true });
    const old = new Date(its.clock.date().getTime() - 25 * 3_600_000);
    for (const name of ["123-aB3dE6", "other"]) await utimes(join(its.folder, name), old, old);
    await its.ask("codex", await its.answering(wrote.codex.answer.lines));
    expect((await readdir(its.folder)).sort()).toEqual(["124-aB3dE6", "other"]);
    expect((await stat(its.folder)).isDirectory()).toBe(true);
  });

  it("that can have no folder of its own is not started", async () => {
    expect(await failing(its.ask("codex", "no-such-codex", {}, {}, { folder: "/dev/null/private" }))).toMatchObject({
      fault: Fault.REQUEST,
      message: expect.stringContaining("Codex CLI needs a folder in /dev/null/private"),
    });
  });
});
