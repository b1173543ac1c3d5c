// What the server's limit takes and sheds, for Prometheus: read off it when the page is asked for.
import type { Meter } from "@opentelemetry/api";
import type { ConcurrencyLimit } from "#resilience/server/concurrency-limit.ts";

export function showLimit({ stats }: Pick<ConcurrencyLimit, "stats">, meter: Meter): void {
  const gauge = (name: string, description: string) => meter.createObservableGauge(name, { description });
  const limit = gauge("synapse.limit", "Calls that may be under way at a time");
  const inFlight = gauge("synapse.limit.inflight", "Calls under way that count, streams until they speak");
  const streams = gauge("synapse.limit.streams", "Streams that are open and count");
  const shed = meter.createObservableCounter("synapse.shed", { description: "Calls refused because of too much work" });
  meter.addBatchObservableCallback(
    (result) => {
      const seen = stats();
      result.observe(limit, seen.limit);
      result.observe(inFlight, seen.inFlight);
      result.observe(streams, seen.streams);
      for (const [criticality, count] of Object.entries(seen.shed)) result.observe(shed, count, { criticality });
    },
    [limit, inFlight, streams, shed],
  );
}
