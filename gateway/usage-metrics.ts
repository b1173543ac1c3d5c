// Counts tokens and money as they are spent. What is not known is counted as not known, never as nothing.
import type { Attributes, Meter } from "@opentelemetry/api";
import { costProvenanceOf, isKnown } from "#core/usage.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { Provenance, type Usage } from "#gen/synapse/v1/usage_pb.ts";
import { usageLine } from "./usage-lines.ts";

/**
 * Takes the events of runs, with the agent their step asked. Labels are OpenTelemetry's where it has one; the model is none
 * of them, for anybody may name any.
 */
export function usageCounters(meter: Meter): (event: Event, agent: string) => void {
  const tokens = meter.createCounter("synapse.tokens", { description: "Tokens that models took in and gave out" });
  const cost = meter.createCounter("synapse.cost.usd", { description: "What they cost, in US dollars" });
  const unknown = meter.createCounter("synapse.usage.unknown", {
    description: "Answers of models whose tokens or cost nobody knows",
  });

  return (event, agent) => {
    const line = usageLine(event);
    if (line?.usage === undefined) return;
    const { usage, engine, discarded } = line;
    const labels = { agent, "gen_ai.provider.name": kindOf(engine), discarded };
    if (isKnown(usage.provenance)) {
      for (const [type, count] of byType(usage)) {
        tokens.add(Number(count), { ...labels, ...how(usage.provenance), "gen_ai.token.type": type });
      }
    } else unknown.add(1, { ...labels, what: "tokens" });
    const costHow = costProvenanceOf(usage);
    if (!isKnown(costHow)) unknown.add(1, { ...labels, what: "cost" });
    else cost.add(Number(usage.costNanoUsd) / 1e9, { ...labels, ...how(costHow) });
  };
}

/** Reasoning is part of the output. */
function byType(usage: Usage): [string, bigint][] {
  return [
    ["input", usage.inputTokens],
    ["output", usage.outputTokens],
    ["cache_read", usage.cacheReadTokens],
    ["cache_write", usage.cacheWriteTokens],
  ];
}

function how(provenance: Provenance): Attributes {
  return { provenance: provenance === Provenance.MEASURED ? "measured" : "estimated" };
}

/** Of "anthropic:MODEL" the first part. */
function kindOf(engine: string): string {
  return engine.split(":")[0] || "unknown";
}
