import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { ProviderFault } from "#gen/synapse/v1/failure_pb.ts";
import { costOfFailure } from "./spent.ts";

const failed = (fault: ProviderFault) =>
  failure(Reason.DEPENDENCY, "it failed", { provider: { engine: "anthropic:m", fault } });

describe("a call that failed", () => {
  it("is none when the model could not be reached", () => {
    expect(costOfFailure(failed(ProviderFault.UNREACHABLE), 1, {}).amounts.calls).toBe(0);
    expect(costOfFailure(failed(ProviderFault.UNREACHABLE), 2, {}).amounts.calls).toBe(1);
    expect(costOfFailure(failed(ProviderFault.STALLED), 1, {}).amounts.calls).toBe(1);
  });
});
