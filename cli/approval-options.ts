// `--approve` and `--approval-expires`: which steps a human must allow, for how long it is waited, and whether anybody can answer.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Context } from "./context.ts";
import { wrongUse } from "./exit-codes.ts";
import { findGateway } from "./find-gateway.ts";
import { spanMs } from "./span.ts";

export interface ApprovalOptions {
  approve?: string;
  approvalExpires?: string;
}

const steps = ["plan", "research", "code", "tests", "execute", "review"];
const maxMs = 30 * 86_400_000;

/** What is asked of the gateway; a wrong use for steps that are none and spans that can't be. */
export function approvalRequest({ approve, approvalExpires }: ApprovalOptions) {
  const named = (approve ?? "").split(",").map((name) => name.trim());
  const wanted = approve === undefined ? [] : [...new Set(named)];
  const unknown = wanted.find((name) => !steps.includes(name));
  if (unknown !== undefined) {
    throw wrongUse(
      `--approve takes steps, such as execute or code,execute: there is no step ${JSON.stringify(unknown)}, but ${steps.join(", ")}`,
    );
  }
  if (approvalExpires === undefined) return { approve: wanted };
  const ms = spanMs(approvalExpires) ?? 0;
  if (ms < 1000 || ms > maxMs) {
    throw wrongUse(
      `--approval-expires takes a span from 1s to 30d, such as 90s, 30m, 12h or 2d: got ${approvalExpires}`,
    );
  }
  return { approve: wanted, approvalExpires: durationFromMs(ms) };
}

/** Whether a person is here who can be asked: one who types, and sees what is asked. */
export function isAnswerable({ stderr }: Pick<Context, "stderr">, stdin: { isTTY?: boolean } = process.stdin): boolean {
  return stdin.isTTY === true && stderr.isTerminal;
}

/** Refuses a run that would ask when nobody is here and the gateway would leave with the run. `option` is what makes it ask. */
export async function mustBeAnswerable(context: Context, option: string): Promise<void> {
  if (!isAnswerable(context) && (await findGateway(context.find)) === undefined) throw nobodyToAsk(option);
}

export function nobodyToAsk(option: string): Error {
  return wrongUse(
    `${option} asks somebody, and nobody is at this terminal: no gateway is running, and one that is started for this run alone ends with it\n` +
      `start one that stays with synapse up, then decide with synapse approve <run>; or leave out ${option}`,
  );
}
