// The pictures of a report: which numbers they show, under which titles.
import { type Bar, chart } from "./chart.ts";
import type { Measured } from "./results.ts";
import { type Metric, seriesOf, startSeries } from "./series.ts";
import { number } from "./table.ts";

/** The name of each file, and what is in it. */
export function charts({ pairs, starts }: Measured): Record<string, string> {
  const panel = (title: string, metric: Metric) => ({
    title,
    bars: pairs.flatMap((pair): Bar[] => bar(pair, seriesOf(pair, metric)?.pooled)),
  });
  const startPanel = (title: string, what: "ms" | "pss") => ({
    title,
    bars: starts.flatMap((start): Bar[] => bar(start, startSeries(start, what)?.pooled)),
  });
  return {
    "unary.svg": chart(
      "Unary calls, one after another (less is better)",
      [panel("median, µs", "p50"), panel("99th percentile, µs", "p99"), panel("CPU of both ends, µs a call", "cpu")],
      number,
    ),
    "throughput.svg": chart(
      "Calls a second on one connection (more is better)",
      [panel("1 at a time", "rate1"), panel("32 at a time", "rate32"), panel("128 at a time", "rate128")],
      number,
    ),
    "streams.svg": chart(
      "Messages a second of one server stream (more is better)",
      // The floor sends bytes it never looks at: beside it, the others could not be told apart.
      [{ ...panel("messages/s", "streamRate") }].map(({ title, bars }) => ({
        title: `${title}, without raw node:http2`,
        bars: bars.filter(({ label }) => label !== "raw node:http2"),
      })),
      number,
    ),
    "startup.svg": chart(
      "Start-up and idle memory of a server (less is better)",
      [startPanel("until it listens, ms", "ms"), startPanel("memory (PSS), MB", "pss")],
      number,
    ),
  };
}

function bar({ label, ours }: { label: string; ours: boolean }, value: number | undefined): Bar[] {
  return value === undefined ? [] : [{ label, ours, value }];
}
