// How the steps of a run stand beneath each other.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { StepSchema } from "#gen/synapse/v1/run_pb.ts";
import { stepLine, widestEngine } from "./render-steps.ts";

describe("the lines of steps", () => {
  it("have what is said beneath each other, whatever the engines are called", () => {
    const steps = [
      create(StepSchema, { stepId: "plan", engine: { kind: "anthropic", model: "claude-haiku-5-5" }, summary: "said" }),
      create(StepSchema, { stepId: "research", summary: "said" }),
      create(StepSchema, { stepId: "execute", engine: { kind: "sandbox", model: "bwrap" }, summary: "said" }),
    ];
    const engineWidth = widestEngine(steps);
    const columns = steps.map((step) =>
      stepLine(step, { skewMs: 0, tails: {} }, 0, { engineWidth }).lastIndexOf("said"),
    );
    expect(new Set(columns).size).toBe(1);
  });
});
