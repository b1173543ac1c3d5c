// Runs for the fake gateway to play.
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { Reason } from "#gen/synapse/v1/failure_pb.ts";
import { ApprovalState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Script } from "./fake-gateway.ts";

type Entry = Script["events"][number];

export function step(name: string, agent: string, summary: string): Entry[] {
  return [
    [name, { case: "stepStarted", value: { agent } }],
    [name, { case: "stepCompleted", value: { engine: { kind: "builtin", model: "recipes" }, summary } }],
  ];
}

const beginning: Entry[] = [
  { case: "runStarted", value: {} },
  ...step("plan", "claude", "a program that counts"),
  ...step("code", "claude", "main.mjs"),
];

function executed(outcome: Outcome, passed: number, failed: number, explanation: string): Entry[] {
  const messages = failed > 0 ? ["case 2: expected 3, got 4"] : [];
  return [
    ["execute", { case: "stepStarted", value: { agent: "codex" } }],
    ["execute", { case: "testResult", value: { outcome, tests: { passed, failed, messages } } }],
    ["execute", { case: "stepCompleted", value: { summary: explanation } }],
    { case: "runCompleted", value: { outcome, explanation, argv: ["node", "main.mjs"] } },
  ];
}

const files = { "files/main.mjs": "console.log(1);\n", "output.txt": "1\n2\n3\n" };

export const passing: Script = {
  events: [...beginning, ...executed(Outcome.PASSED, 4, 0, "4 of 4 tests passed")],
  artifacts: files,
};

export const notPassing: Script = {
  events: [...beginning, ...executed(Outcome.NOT_PASSED, 3, 1, "1 of 4 tests failed")],
  artifacts: files,
};

/** The engine says that it can't do it. */
export const refusing: Script = {
  events: [
    { case: "runStarted", value: {} },
    [
      "plan",
      { case: "stepFailed", value: { failure: { reason: Reason.ENGINE_CANNOT, message: "builtin has no recipe" } } },
    ],
    {
      case: "runFailed",
      value: {
        failure: { reason: Reason.ENGINE_CANNOT, message: "builtin has no recipe\n  export ANTHROPIC_API_KEY=…" },
      },
    },
  ],
};

const { MEASURED, ESTIMATED } = Provenance;
const paid = { payer: Payer.API_KEY, provenance: MEASURED, costProvenance: MEASURED };

/** Passes after an attempt that was for nothing. */
export const costly: Script = {
  events: [
    { case: "runStarted", value: {} },
    ["plan", { case: "stepStarted", value: { agent: "claude" } }],
    [
      "plan",
      {
        case: "usageReported",
        value: {
          engine: "anthropic:large",
          usage: {
            ...paid,
            provenance: ESTIMATED,
            costProvenance: ESTIMATED,
            inputTokens: 300n,
            costNanoUsd: 600_000n,
          },
          discarded: true,
          reason: Reason.DEPENDENCY,
        },
      },
    ],
    [
      "plan",
      {
        case: "stepCompleted",
        value: {
          engine: { kind: "openai", model: "small" },
          usage: { ...paid, inputTokens: 12_000n, outputTokens: 450n, cacheReadTokens: 700n, costNanoUsd: 12_300_000n },
          summary: "a plan",
        },
      },
    ],
    ...executed(Outcome.PASSED, 4, 0, "4 of 4 tests passed"),
  ],
};

/** Goes on until it is canceled. */
export const endless: Script = {
  events: [{ case: "runStarted", value: {} }, ["plan", { case: "stepStarted", value: { agent: "claude" } }]],
};

/** Asks before these steps, and passes once all are decided. */
export function asking(...approvalIds: string[]): Script {
  const ask = (approvalId: string): Entry => ({
    case: "approvalRequested",
    value: {
      approval: {
        approvalId,
        prompt: `May codex ${approvalId}?\ncommand: node main.mjs`,
        version: 1,
        state: ApprovalState.OPEN,
      },
    },
  });
  return {
    events: [...beginning, ...approvalIds.map(ask), { case: "runWaiting", value: { reason: WaitReason.APPROVAL } }],
    afterDecisions: executed(Outcome.PASSED, 4, 0, "4 of 4 tests passed"),
    artifacts: files,
  };
}
