// What happened to a call on its way, as events of its run.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { EventBody } from "#durable/flow.ts";
import { stepFailure } from "#durable/step-failure.ts";
import type { Happening } from "#resilience/happening.ts";

/** The event a user should see; undefined for what is of no interest to a run. `resets` counts the stream's new beginnings, this one included. */
export function eventOf(happening: Happening, agent: string, resets: number): EventBody | undefined {
  switch (happening.kind) {
    case "breaker-changed": {
      const { endpoint, from, to, reason, restMs } = happening;
      const rest = restMs > 0 ? { rest: durationFromMs(Math.round(restMs)) } : {};
      return { case: "breakerChanged", value: { agent, endpoint, from, to, reason, ...rest } };
    }
    case "failover": {
      const { from, to, error } = happening;
      return { case: "providerFailover", value: { agent, from, to, failure: stepFailure(error) } };
    }
    case "reset":
      return { case: "outputReset", value: { attempt: resets + 1, reason: happening.reason } };
    default:
      return undefined;
  }
}
