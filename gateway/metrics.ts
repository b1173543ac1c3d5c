// What the gateway counts of runs, read off their events as they are written.
import type { Meter } from "@opentelemetry/api";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Engine } from "#durable/flow.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Store } from "#store/store.ts";
import { usageCounters } from "./usage-metrics.ts";

/** Bounds in seconds, from a recipe to a long piece of thinking. */
const boundaries = [0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600];

/** The same store; every event that is appended through it is counted. */
export function counted(store: Store, meter: Meter, clock: Clock = systemClock): Store {
  const runs = meter.createCounter("synapse.runs", { description: "Runs that ended, by how they ended" });
  const retries = meter.createCounter("synapse.step.retries", { description: "Attempts of steps that were void" });
  const steps = meter.createHistogram("synapse.step.duration", {
    description: "How long steps took, from their first attempt to their end",
    unit: "s",
    advice: { explicitBucketBoundaries: boundaries },
  });
  const countUsage = usageCounters(meter);
  const underWay = new Map<string, { agent: string; since: number }>();

  const append: Store["events"]["append"] = (runId, entry) => {
    const event = store.events.append(runId, entry);
    if (event === undefined) return event;
    const step = `${runId}/${event.stepId}`;
    const { body, stepId } = event;
    countUsage(event, underWay.get(step)?.agent ?? "");
    switch (body.case) {
      case "stepStarted":
        if (!underWay.has(step)) underWay.set(step, { agent: body.value.agent, since: clock.now() });
        break;
      case "stepRetrying":
        retries.add(1, { step: nameOf(stepId) });
        break;
      case "stepCompleted":
      case "stepFailed":
      case "stepCanceled": {
        const { agent, since } = underWay.get(step) ?? { agent: "", since: clock.now() };
        underWay.delete(step);
        steps.record((clock.now() - since) / 1000, {
          agent,
          step: nameOf(stepId),
          ended: body.case.slice(4).toLowerCase(),
        });
        break;
      }
      case "runCompleted":
        runs.add(1, { state: "completed", outcome: outcomeName(body.value.outcome) });
        break;
      case "runFailed":
      case "runCanceled":
        runs.add(1, { state: body.case.slice(3).toLowerCase(), outcome: "unknown" });
        break;
    }
    return event;
  };
  return { ...store, events: { ...store.events, append } };
}

/** Shows how many runs are under way. */
export function countActive(engine: Engine, meter: Meter): void {
  meter
    .createObservableGauge("synapse.runs.active", { description: "Runs under way" })
    .addCallback((result) => result.observe(engine.active));
}

/** The step without its round: "execute-2" is an "execute". */
function nameOf(stepId: string): string {
  return stepId.replace(/-\d+$/, "");
}

function outcomeName(outcome: Outcome): string {
  if (outcome === Outcome.PASSED) return "passed";
  return outcome === Outcome.NOT_PASSED ? "not_passed" : "unknown";
}
