import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { RunSchema } from "#gen/synapse/v1/run_pb.ts";
import { exitCodeOfRun } from "./ending-of.ts";

it.each([
  [Outcome.PASSED, undefined, 0],
  [Outcome.NOT_PASSED, undefined, 1],
  [Outcome.UNKNOWN, undefined, 1],
  [Outcome.UNSPECIFIED, Reason.CONNECTION_LOST, 1],
  [Outcome.UNSPECIFIED, Reason.ENGINE_CANNOT, 4],
  [Outcome.UNSPECIFIED, Reason.AMBIGUOUS_TASK, 4],
  // "primes up to ten million": the task is clear, the engine can't do it with this value.
  [Outcome.UNSPECIFIED, Reason.INVALID_INPUT, 4],
])("a run with outcome %i and reason %s ends the command with %i", (outcome, reason, code) => {
  const run = create(RunSchema, { outcome, ...(reason === undefined ? {} : { failure: { reason } }) });
  expect(exitCodeOfRun(run)).toBe(code);
});
