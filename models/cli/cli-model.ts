// A command line agent as a model: an ask becomes one process, and its end is judged by the lines it wrote.
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "#core/clock.ts";
import { jsonIn } from "../json-in.ts";
import { type Ask, type Model, nameOf, type Reply } from "../model.ts";
import { Fault, providerFailure } from "../provider-failure.ts";
import { left } from "../sdk/left.ts";
import { scrubbed } from "../sdk/scrub.ts";
import type { Cli, Environment, Question } from "./cli.ts";
import { environmentOf, secretsOf } from "./environment.ts";
import { listener } from "./listener.ts";
import { fallen } from "./outcome.ts";
import { privateFolder } from "./private-folder.ts";
import { runToEnd } from "./process.ts";
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
    if (signal.aborted) throw left(engine, signal);
    const { system, prompt, maxOutputTokens } = asked;
    // Claude Code leaves a schema alone that names a version it does not know.
    const { $schema: _, ...schema } = z.toJSONSchema(asked.schema);
    const question: Question = { system, prompt, schema, model: options.model, maxOutputTokens };
    await using folder = await privateFolder(parent, clock).catch((cause: unknown) => {
      throw providerFailure({
        engine,
        fault: Fault.REQUEST,
        message: `${cli.title} needs a folder in ${parent}`,
        cause,
      });
    });
    const call = cli.call(question, folder.path, env);
    await folder.lay(call.files);
    const ear = listener(cli, say);
    const ended = await runToEnd({
      ...{ program, args: call.args, input: call.input, cwd: join(folder.path, "work"), line: ear.line },
      env: environmentOf(cli, env, { TMPDIR: join(folder.path, "tmp"), ...call.env }),
      alarm: cli.alarm,
      ...{ signal, firstByteMs, stallMs, graceMs, maxLineBytes, clock },
    });
    const { told, isMalformed } = ear.all();
    const place = { cli, program, folder: parent, now: clock.date() };
    const fault = fallen({ ...place, told, ended, isMalformed, maxOutputTokens });
    const hasLeft = signal.aborted && !told.isOver;
    const usage = spentBy({ cli, question, env, told, fault: hasLeft ? undefined : fault?.fault });
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
