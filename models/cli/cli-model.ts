// A command line agent as a model: an ask becomes one process, and its end is judged by the lines it wrote.
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "#core/clock.ts";
import { failure, messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import { type Ask, type Model, nameOf, type Reply } from "../model.ts";
import { Fault, providerFailure } from "../provider-failure.ts";
import { scrubbed } from "../sdk/scrub.ts";
import { type Cli, type Environment, type Json, nothingTold, objectOf, type Question, type Told } from "./cli.ts";
import { environmentOf, secretsOf } from "./environment.ts";
import { fallen } from "./outcome.ts";
import { privateFolder } from "./private-folder.ts";
import { runToEnd, type Stage } from "./process.ts";
import { spentBy } from "./usage.ts";

export interface CliModelOptions {
  /** Its own choice when undefined. */
  model: string | undefined;
  /** What is started; looked for on the PATH when it is a bare name. */
  program: string;
  env: Environment;
  /** Where the private folders of calls are made. */
  folder: string;
  graceMs: number;
  maxLineBytes: number;
  clock: Clock;
}

export function modelOf(cli: Cli, options: CliModelOptions): Model {
  const { program, env, folder: parent, graceMs, maxLineBytes, clock } = options;
  const { firstByteMs, stallMs } = cli;
  const kind = "cli";
  const model = options.model === undefined ? cli.name : `${cli.name}:${options.model}`;
  const engine = nameOf({ kind, model });
  const secrets = secretsOf(cli, env);

  async function ask({ signal, say, ...asked }: Ask): Promise<Reply> {
    if (signal.aborted) throw left(engine, signal, undefined, "");
    const { system, prompt, maxOutputTokens } = asked;
    const schema = objectOf(z.toJSONSchema(asked.schema));
    const question: Question = { system, prompt, schema, model: options.model, maxOutputTokens };
    await using folder = await privateFolder(parent, clock);
    const call = cli.call(question, folder.path, env);
    await folder.lay(call.files);
    const ear = listener(cli, say);
    const ended = await runToEnd({
      ...{ program, args: call.args, input: call.input, cwd: join(folder.path, "work"), line: ear.line },
      env: environmentOf(cli, env, { TMPDIR: join(folder.path, "tmp"), ...call.env }),
      ...{ signal, firstByteMs, stallMs, graceMs, maxLineBytes, clock },
    });
    const { told, isMalformed } = ear.all();
    const place = { cli, program, folder: parent, now: clock.date() };
    const fault = fallen({ ...place, told, ended, isMalformed, maxOutputTokens });
    const hasLeft = signal.aborted && !told.isOver;
    const usage = spentBy({ cli, question, env, told, ended, fault: hasLeft ? undefined : fault?.fault });
    const { requestId } = told;
    if (hasLeft) throw left(engine, signal, usage, requestId);
    if (fault === undefined && usage !== undefined) {
      const value = told.value ?? jsonIn(told.text);
      return { value, text: told.text || JSON.stringify(value), usage, requestId, sources: [] };
    }
    throw providerFailure({
      engine,
      fault: fault?.fault ?? Fault.SERVER,
      message: scrubbed(fault?.message ?? `${cli.title} failed`, secrets),
      ...{ status: fault?.status, retryAfterMs: fault?.retryAfterMs, requestId, usage },
      cause: ended.stderr === "" ? undefined : new Error(scrubbed(ended.stderr, secrets)),
    });
  }

  return { kind, model, ask };
}

/** Reads lines into what they tell, and says on what is said. */
function listener(cli: Cli, say: Ask["say"]) {
  let told: Told = nothingTold;
  let isMalformed = false;
  return {
    line(text: string): Stage {
      // Some write a notice among the lines.
      if (!text.startsWith("{")) return told.text === "" ? "begins" : "answers";
      const line = jsonIn(text);
      if (line === undefined) {
        isMalformed = true;
        return "stop";
      }
      const { says = "", thinks = "", ...more } = cli.read(told, line as Json);
      told = { ...told, ...more };
      if (says !== "") say(says, "text");
      if (thinks !== "") say(thinks, "reasoning");
      if (told.isEnough) return "stop";
      if (told.isOver) return "done";
      return told.text + told.thought === "" && told.tokens.input === undefined ? "begins" : "answers";
    },
    all: () => ({ told, isMalformed }),
  };
}

/** Models like to put their JSON between fences. */
function jsonIn(text: string): unknown {
  const [, fenced = text] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text) ?? [];
  try {
    return JSON.parse(fenced) as unknown;
  } catch {
    return undefined;
  }
}

/** The caller is gone; what it has spent is not. */
function left(engine: string, { reason: why }: AbortSignal, usage: Usage | undefined, requestId: string) {
  const stated = reasonOf(why);
  const reason = stated === Reason.INTERNAL ? Reason.CANCELED : stated;
  const message = messageOf(why);
  return failure(reason, message, {
    provider: { engine, requestId },
    ...(usage && { spent: [{ attempt: 1, engine, usage, reason, message, requestId }] }),
    cause: why,
  });
}
