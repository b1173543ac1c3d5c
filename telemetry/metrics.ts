// The process's metrics: OpenTelemetry instruments, read as a Prometheus page.
import type { Meter } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

export interface Metrics {
  readonly meter: Meter;
  /** The page, in the Prometheus text format. */
  page(): Promise<string>;
}

/** The media type of the page. */
export const pageType = "text/plain; version=0.0.4; charset=utf-8";

export function openMetrics(): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  return {
    meter: provider.getMeter("synapse"),
    async page() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}
