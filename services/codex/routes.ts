// CodexService: tests from the engine, judgements from the policy, executions from the sandbox.
import type { ConnectRouter } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import type { Command } from "#gen/synapse/v1/agent_pb.ts";
import { CodexService, type ExecuteRequest } from "#gen/synapse/v1/codex_pb.ts";
import { whole } from "#models/answers.ts";
import type { Engine } from "#models/engine.ts";
import { telling } from "#models/telling.ts";
import { type JudgedCommand, judgeCommand } from "#sandbox/policy.ts";
import type { Sandbox } from "#sandbox/sandbox.ts";
import { executed, type Tell } from "./execute.ts";

export interface CodexOptions {
  engine: Engine;
  /** Rejects with SANDBOX_UNAVAILABLE where there is none. */
  sandbox: () => Promise<Sandbox>;
}

export function codexRoutes(router: ConnectRouter, { engine, sandbox }: CodexOptions): void {
  async function run(request: ExecuteRequest, signal: AbortSignal, tell?: Tell) {
    await allowed(request.command!);
    const opened = await sandbox();
    const execution = await executed(opened, request, signal, tell);
    return { execution, engine: { kind: "sandbox", model: opened.driver } };
  }
  router.service(CodexService, {
    async writeTests(request, called) {
      const { value, ...telling } = await whole(engine, called, (thinking) => engine.writeTests(request, thinking));
      return { files: value.files, cases: value.cases, count: value.count, ...telling };
    },
    validateCommand: ({ command }) => judgeCommand(judged(command!)),
    execute: (request, { signal }) => run(request, signal),
    async *streamExecute({ request }, { signal }) {
      const events = telling(signal, async (tell, ending) => {
        const { execution, engine } = await run(request!, ending, (channel, text) =>
          tell({ case: "commandOutput", value: { channel, text } }),
        );
        return { engine, value: { case: "execution", value: execution } };
      });
      for await (const event of events) yield { event };
    },
  });
}

function judged(command: Command): JudgedCommand {
  return command.form.case === "shell" ? { shell: command.form.value } : { argv: command.form.value?.args ?? [] };
}

/** Refuses what the policy forbids before a sandbox is asked for. */
async function allowed(command: Command): Promise<void> {
  const { allowed, violations, syntaxError } = await judgeCommand(judged(command));
  if (allowed) return;
  if (syntaxError !== "") throw failure(Reason.INVALID_INPUT, `the command is no valid shell: ${syntaxError}`);
  const reasons = violations.map(({ rule, reason, part }) => `${part}: ${reason} (${rule})`);
  throw failure(Reason.COMMAND_FORBIDDEN, `the command is not allowed: ${reasons.join("; ")}`);
}
