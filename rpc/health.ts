// grpc.health.v1: Check answers at once, Watch tells every change until the process leaves.
import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Status } from "#gen/grpc/health/v1/health_pb.ts";

export interface HealthState {
  /** Whether the process can serve. */
  readonly serving: boolean;
  /** Changes it and tells those who watch. */
  set(serving: boolean): void;
  /** Ends every watch after it has told the last change. */
  end(): void;
  /** Resolves at the next change, or with false at the end or when the signal aborts. */
  changed(signal: AbortSignal): Promise<boolean>;
}

export function healthState(serving: boolean): HealthState {
  const waiting = new Set<(changed: boolean) => void>();
  let ended = false;
  const tell = (changed: boolean) => {
    for (const resolve of [...waiting]) resolve(changed);
  };
  return {
    get serving() {
      return serving;
    },
    set(value) {
      if (value === serving) return;
      serving = value;
      tell(true);
    },
    end() {
      ended = true;
      tell(false);
    },
    changed(signal) {
      if (ended || signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const done = (changed: boolean) => {
          waiting.delete(done);
          signal.removeEventListener("abort", gone);
          resolve(changed);
        };
        const gone = () => done(false);
        waiting.add(done);
        signal.addEventListener("abort", gone, { once: true });
      });
    },
  };
}

/** Adds the health service; the empty name stands for the whole process. */
export function health(router: ConnectRouter, services: readonly DescService[], state: HealthState): void {
  const known = new Set(["", ...services.map((service) => service.typeName)]);
  const now = (service: string) =>
    known.has(service) ? (state.serving ? Status.SERVING : Status.NOT_SERVING) : Status.SERVICE_UNKNOWN;
  router.service(Health, {
    check({ service }) {
      if (!known.has(service)) throw new ConnectError(`this process has no service ${service}`, Code.NotFound);
      return { status: now(service) };
    },
    async *watch({ service }, { signal }) {
      yield { status: now(service) };
      while (await state.changed(signal)) yield { status: now(service) };
    },
  });
}
