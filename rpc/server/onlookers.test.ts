import type { CallOptions, createClient, Interceptor } from "@connectrpc/connect";
import { afterEach, describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { watch } from "#core/watch.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { transport } from "../client/transport.ts";
import type { Rpc } from "../client.ts";
import { serveForTest } from "../testing.ts";

const never = () => new Promise<never>(() => {});

/** Says how it should go in the service's name. */
async function check({ service }: { service: string }) {
  if (service === "breaks") throw new ConnectError("it broke", Code.DataLoss);
  return service === "hangs" ? never() : { status: 1 as const };
}
async function* watched({ service }: { service: string }) {
  yield { status: 1 as const };
  yield check({ service });
}

describe.each<Rpc>(["own", "stock"])("who looks at the calls of the %s server", (rpc) => {
  const seen: (string | undefined)[] = [];
  const look: Interceptor = (next) => (req) => {
    seen.push(req.method.name);
    return watch(req, next, (error) => {
      seen.push(error === undefined ? "ok" : Code[ConnectError.from(error).code]);
    });
  };
  afterEach(() => void seen.splice(0));

  async function serving(work: (health: ReturnType<typeof createClient<typeof Health>>) => Promise<unknown>) {
    const routes = { check, watch: watched };
    await using server = await serveForTest((router) => router.service(Health, routes), [look], undefined, { rpc });
    await work(client(Health, transport({ baseUrl: server.url })));
  }
  const failed = (call: Promise<unknown>) => call.catch(() => {});

  it("sees a call and its end, good or bad", async () => {
    await serving(async (health) => {
      await health.check({});
      await failed(health.check({ service: "breaks" }));
      await Array.fromAsync(health.watch({}));
      await failed(Array.fromAsync(health.watch({ service: "breaks" })));
    });
    expect(seen).toEqual(["Check", "ok", "Check", "DataLoss", "Watch", "ok", "Watch", "DataLoss"]);
  });

  it("sees the end of calls whose handlers never answer", async () => {
    await serving(async (health) => {
      for (const call of [
        (options: CallOptions) => health.check({ service: "hangs" }, options),
        (options: CallOptions) => Array.fromAsync(health.watch({ service: "hangs" }, options)),
      ]) {
        const leaving = new AbortController();
        const left = failed(call({ signal: leaving.signal }));
        await expect.poll(() => seen.length % 2).toBe(1);
        leaving.abort();
        await left;
        await expect.poll(() => seen.length % 2).toBe(0);
      }
    });
    expect(seen.filter((_, at) => at % 2 === 0)).toEqual(["Check", "Watch"]);
    expect(seen.filter((_, at) => at % 2 === 1)).not.toContain("ok");
  });

  it("are told of a call too that was over before they looked", async () => {
    const passedOn = Promise.withResolvers<void>();
    const ends: unknown[] = [];
    const late: Interceptor = (next) => async (req) => {
      await passedOn.promise;
      return next(req);
    };
    const counting: Interceptor = (next) => (req) => watch(req, next, (error) => ends.push(error));
    const routes = { check, watch: watched };
    await using server = await serveForTest((router) => router.service(Health, routes), [late, counting], undefined, {
      rpc,
    });
    const health = client(Health, transport({ baseUrl: server.url }));
    await failed(health.check({ service: "hangs" }, { timeoutMs: 20 }));
    passedOn.resolve();
    await expect.poll(() => ends.length).toBe(1);
    expect(ends[0]).toBeInstanceOf(ConnectError);
  });
});
