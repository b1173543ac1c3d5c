// What happened to a call on its way, as events of its run.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { EventBody } from "#durable/flow.ts";
import { stepFailure } from "#durable/step-failure.ts";
import type { Engine, EngineFailover } from "#gen/synapse/v1/agent_pb.ts";
import type { EngineAttempt } from "#gen/synapse/v1/usage_pb.ts";
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

/** An engine handed a call on to the next one of its chain. */
export function handedOn({ from, to, reason, message }: Omit<EngineFailover, "$typeName">, agent: string): EventBody {
  return { case: "providerFailover", value: { agent, from, to, failure: { reason, message } } };
}

/** The same of a call that is answered in one piece: its discarded attempts tell it afterwards. */
export function failovers(
  { discarded, engine }: { discarded: readonly EngineAttempt[]; engine?: Engine | undefined },
  agent: string,
): EventBody[] {
  const last = engine ? `${engine.kind}:${engine.model}` : "";
  return discarded.flatMap(({ engine: from, reason, message }, n) => {
    const to = discarded[n + 1]?.engine ?? last;
    return from === to ? [] : [handedOn({ from, to, reason, message }, agent)];
  });
}
