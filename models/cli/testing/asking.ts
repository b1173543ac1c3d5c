// Asks an agent as a model, with a small program in its place, and sees what that was given.
import { join } from "node:path";
import { inspect } from "node:util";
import { expect } from "vitest";
import { z } from "zod";
import { failureOf, reasonOf, spentOn } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import type { Ask } from "../../model.ts";
import type { CliName } from "../cli.ts";
import { cliModel } from "../open.ts";
import { claudeWrote } from "../recorded/claude.data.ts";
import { codexWrote } from "../recorded/codex.data.ts";
import { geminiWrote } from "../recorded/gemini.data.ts";
import { fakePrograms } from "./fake-program.ts";

export const names: CliName[] = ["claude", "codex", "gemini"];
export const wrote = { claude: claudeWrote, codex: codexWrote, gemini: geminiWrote };
export const canaries = {
  ANTHROPIC_API_KEY: "sk-ant-canary-1234567890",
  OPENAI_API_KEY: "sk-oai-canary-1234567890",
  GEMINI_API_KEY: "AIza-canary-1234567890",
};

export async function asking() {
  const programs = await fakePrograms();
  const clock = manualClock(new Date("2026-11-28T11:20:00Z"));
  const folder = join(programs.folder, "private");
  let said = "";
  return {
    ...{ programs, clock, folder },
    said: () => said,
    [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose](),

    ask(cli: CliName, path: string, asked: Partial<Ask> = {}, env: Record<string, string> = {}, more = {}) {
      const all = { PATH: process.env.PATH ?? "", HOME: programs.folder, ...env };
      const say = (text: string) => {
        said += text;
      };
      const { signal } = new AbortController();
      const question = { name: "plan", system: "You are S.", prompt: "Say hi", maxOutputTokens: 1234 };
      const schema = z.object({ summary: z.string() });
      const opened = cliModel({ cli, path, env: all, folder, graceMs: 3000, clock, ...more });
      return opened.ask({ ...question, schema, signal, say, ...asked });
    },

    /** A program that writes down what it is given, then lines. */
    answering: (lines: readonly string[], more = "") =>
      programs.node(
        `const fs = require("fs");
         const call = { args: process.argv.slice(2), env: process.env, input: fs.readFileSync(0, "utf8"), files: {} };
         const settings = process.env.HOME + "/.gemini/settings.json";
         const paths = [...call.args.flatMap((each) => each.split(/["=]/)), ...Object.values(process.env), settings];
         for (const path of paths)
           if (path.startsWith(${JSON.stringify(`${folder}/`)}) && fs.existsSync(path) && fs.statSync(path).isFile())
             call.files[path.split("/").at(-1)] = fs.readFileSync(path, "utf8");
         call.mode = fs.statSync(process.env.TMPDIR + "/..").mode & 0o777;
         fs.writeFileSync("call.json", JSON.stringify(call));
         ${more}
         for (const line of ${JSON.stringify(lines)}) console.log(line);`,
      ),
    async call() {
      return JSON.parse((await programs.read("call.json"))!);
    },
  };
}

export type Asking = Awaited<ReturnType<typeof asking>>;

/** How it fails; whatever it tells holds no key. */
export async function failing(asked: Promise<unknown>) {
  const error: unknown = await asked.then(
    () => expect.fail("it answered"),
    (reason: unknown) => reason,
  );
  const shown = inspect([error, (error as Error).cause, failureOf(error), spentOn(error)], { depth: 9 });
  for (const key of Object.values(canaries)) expect(shown).not.toContain(key);
  const { provider, retryAfter } = failureOf(error) ?? expect.fail(`${error}`);
  const said = { engine: provider?.engine, message: (error as Error).message };
  return { ...said, reason: reasonOf(error), fault: provider?.fault, retryAfter, spent: spentOn(error) };
}
