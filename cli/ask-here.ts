// Asks who is at this terminal what the run asks: one question at a time, taken back when somebody else answers it first.
import { createInterface } from "node:readline";
import type { GatewayClient } from "#clients/gateway.ts";
import { messageOf } from "#core/failure.ts";
import { uuid7 } from "#core/rng.ts";
import type { Approval, Run } from "#gen/synapse/v1/run_pb.ts";
import { patiently } from "./patience.ts";
import type { Progress } from "./progress.ts";
import { answerLines, openApprovals, questionLines } from "./render-approvals.ts";
import { oneLine, sanitize } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { who } from "./who.ts";

export interface AskHereOptions {
  gateway: () => Promise<GatewayClient>;
  progress: Pick<Progress, "note" | "pause">;
  output: Output;
  /** Gives a line that was typed; undefined when none comes: the question was taken back, or the input has ended. */
  line?: (prompt: string, signal: AbortSignal) => Promise<string | undefined>;
  nowMs: () => number;
}

export interface AskHere {
  /** The run as it is now: asks what is new, takes back what is answered. */
  seen(run: Run): void;
  /** Takes back what is asked. */
  end(): void;
}

interface Answer {
  approved: boolean;
  note: string;
}

export function askHere({ gateway, progress, output, nowMs, line = typedLine }: AskHereOptions): AskHere {
  let current: { approvalId: string; over: AbortController } | undefined;
  /** Asked already: what was left open or answered is not asked again. */
  const asked = new Set<string>();
  let run: Run | undefined;

  function seen(now: Run): void {
    run = now;
    const open = openApprovals(now);
    if (current && !open.some(({ approvalId }) => approvalId === current?.approvalId)) current.over.abort();
    const next = current ? undefined : open.find(({ approvalId }) => !asked.has(approvalId));
    if (next) void ask(now.runId, next);
  }

  async function ask(runId: string, approval: Approval): Promise<void> {
    const over = new AbortController();
    current = { approvalId: approval.approvalId, over };
    asked.add(approval.approvalId);
    const goOn = progress.pause();
    try {
      output.write(`\n${questionLines(approval, nowMs()).join("\n")}\n`);
      const answer = await answered(approval, over.signal);
      if (answer) await decide(runId, approval, answer);
      else if (!over.signal.aborted) output.write(`it stays open:\n${answerLines(runId, approval).join("\n")}\n`);
    } catch (error) {
      output.write(`${sanitize(messageOf(error))}\n`);
    } finally {
      goOn();
      current = undefined;
      if (run) seen(run);
    }
  }

  async function answered({ approvalId }: Approval, signal: AbortSignal): Promise<Answer | undefined> {
    for (;;) {
      const word = (await line(`${oneLine(approvalId)}: yes or no? `, signal))?.trim().toLowerCase();
      if (word === undefined) return undefined;
      if (/^y(es)?$/.test(word)) return { approved: true, note: "" };
      if (!/^no?$/.test(word)) continue;
      const prompt = /^execute\b/.test(approvalId)
        ? "what should the coder change? (leave it empty to end the run) "
        : "why? (may be empty) ";
      const note = await line(prompt, signal);
      return note === undefined ? undefined : { approved: false, note: note.trim() };
    }
  }

  async function decide(runId: string, { approvalId, version }: Approval, answer: Answer): Promise<void> {
    const decision = { runId, approvalId, ...answer, expectedVersion: version, decidedBy: who() };
    const headers = { "Idempotency-Key": uuid7() };
    await patiently(async () => (await gateway()).workflow.decideApproval(decision, { headers }));
  }

  return {
    seen,
    end() {
      run = undefined;
      current?.over.abort();
    },
  };
}

/** A line typed at the terminal. Ctrl-C means what it means elsewhere. */
function typedLine(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  if (signal.aborted) return Promise.resolve(undefined);
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  const close = () => lines.close();
  signal.addEventListener("abort", close, { once: true });
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  lines.on("close", () => {
    signal.removeEventListener("abort", close);
    // What was not ended with Enter leaves the line unfinished.
    if (typed === undefined) process.stderr.write("\n");
    resolve(typed);
  });
  let typed: string | undefined;
  lines.question(prompt, (text) => {
    typed = text;
    lines.close();
  });
  return promise;
}
