// Server interceptor: counts and times every call, to its real end. Names are OpenTelemetry's conventions for RPC.

import type { DescMethod } from "@bufbuild/protobuf";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Attributes, Meter } from "@opentelemetry/api";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { ConnectError } from "#core/failure.ts";
import { watch } from "#core/watch.ts";

export interface ObserveOptions {
  meter: Meter;
  clock?: Clock;
}

/** Bounds in seconds, from a cached answer to a long execution. */
const boundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** Outermost: it sees what the caller sees. */
export function observe({ meter, clock = systemClock }: ObserveOptions): Interceptor {
  const durations = meter.createHistogram("rpc.server.call.duration", {
    description: "How long calls took, to the end of the stream",
    unit: "s",
    advice: { explicitBucketBoundaries: boundaries },
  });
  const active = new Map<DescMethod, number>();
  meter
    .createObservableUpDownCounter("synapse.rpc.active", { description: "Calls under way" })
    // Counted by hand and told when asked: the instrument would hash its attributes twice a call.
    .addCallback((result) => {
      for (const [method, count] of active) result.observe(count, { "rpc.method": nameOf(method) });
    });
  const succeeded = new Map<DescMethod, Attributes>();
  const attributes = (method: DescMethod, code: string) => ({
    "rpc.method": nameOf(method),
    "rpc.system.name": "connectrpc",
    "rpc.response.status_code": code,
  });
  function attributesOf(method: DescMethod, error: unknown): Attributes {
    if (error !== undefined) return attributes(method, codeToString(ConnectError.from(error).code));
    let known = succeeded.get(method);
    if (known === undefined) {
      known = attributes(method, "ok");
      succeeded.set(method, known);
    }
    return known;
  }
  return (next) => (req) => {
    const { method } = req;
    const started = clock.now();
    active.set(method, (active.get(method) ?? 0) + 1);
    return watch(req, next, (error) => {
      active.set(method, active.get(method)! - 1);
      durations.record((clock.now() - started) / 1000, attributesOf(method, error));
    });
  };
}

function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
