// Workflows drawn by chance: steps alone and side by side, that fail, hang, run out of quota and give up, with naps and approvals between.
import { failure, Reason } from "#core/failure.ts";
import type { Rng } from "#core/rng.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { json } from "../codec.ts";
import type { Flow, StepContext, Workflow } from "../flow.ts";

/** What the attempts of a step do, in turn; after the last of them it succeeds, unless it can not. */
type Fate = "fails" | "hangs" | "used up" | "cannot";

type Part =
  | { kind: "steps"; steps: Array<{ name: string; fates: Fate[] }> }
  | { kind: "sleep"; name: string; ms: number }
  | { kind: "approval"; name: string }
  | { kind: "emit"; name: string };

export interface RandomWorkflow {
  parts: Part[];
  workflow: Workflow<CreateRunRequest>;
  /** What it says at its end, if nothing is lost and nothing doubled. */
  expected: string;
}

/** `attempted` is called at the beginning of every attempt. */
export function randomWorkflow(rng: Rng, attempted: (stepId: string) => void): RandomWorkflow {
  const upTo = (n: number) => Math.floor(rng.float() * (n + 1));
  const pick = <T>(of: readonly T[]) => of[upTo(of.length - 1)]!;
  const fates = (): Fate[] =>
    rng.float() < 0.1
      ? ["cannot"]
      : Array.from({ length: upTo(2) }, () => pick(["fails", "hangs", "used up"] as const));

  const parts = Array.from({ length: 2 + upTo(5) }, (_, i): Part => {
    const kind = pick(["steps", "steps", "steps", "sleep", "approval", "emit"] as const);
    if (kind === "sleep") return { kind, name: `p${i}`, ms: upTo(5000) };
    if (kind !== "steps") return { kind, name: `p${i}` };
    return { kind, steps: Array.from({ length: 1 + upTo(3) }, (_, j) => ({ name: `p${i}s${j}`, fates: fates() })) };
  });

  async function step(flow: Flow, name: string, fatesLeft: Fate[]): Promise<string> {
    const attempt = async ({ emit, signal }: StepContext) => {
      attempted(name);
      emit({ case: "outputDelta", value: { text: name } });
      const fate = fatesLeft[0];
      if (fate === "cannot") throw failure(Reason.ENGINE_CANNOT, "cannot");
      fatesLeft.shift();
      if (fate === "fails") throw failure(Reason.UNREACHABLE, "not there");
      if (fate === "used up") throw failure(Reason.QUOTA_EXHAUSTED, "used up", { retryAfterMs: 2500 });
      if (fate === "hangs") await new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
      return { value: name };
    };
    return flow.step(name, json<string>(), attempt, { timeoutMs: 1000 }).catch((error) => {
      flow.signal.throwIfAborted();
      return error.rawMessage;
    });
  }

  async function take(flow: Flow, part: Part): Promise<string[]> {
    switch (part.kind) {
      case "steps":
        return Promise.all(part.steps.map(({ name, fates }) => step(flow, name, fates)));
      case "sleep":
        await flow.sleep(part.name, part.ms);
        return [];
      case "approval":
        return [`${part.name} ${(await flow.approval(part.name, { expiresMs: 3000 })).note}`];
      case "emit":
        flow.emit(part.name, { case: "repairRound", value: { strategy: part.name } });
        return [];
    }
  }

  function saidBy(part: Part): string[] {
    if (part.kind === "approval") return [`${part.name} expired`];
    if (part.kind !== "steps") return [];
    return part.steps.map(({ name, fates }) => (fates[0] === "cannot" ? `step ${name}: cannot` : name));
  }

  return {
    parts,
    expected: parts.flatMap(saidBy).join(),
    workflow: async (flow) => {
      const said: string[] = [];
      for (const part of parts) said.push(...(await take(flow, part)));
      return { explanation: said.join() };
    },
  };
}
