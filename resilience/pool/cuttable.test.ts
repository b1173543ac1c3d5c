import { type CallOptions, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { cuttable } from "./cuttable.ts";

/** A transport whose calls for "slow" wait for their end, and one that was made closable of it. */
function served() {
  const transport = createRouterTransport((router) =>
    router.service(Health, {
      check: ({ service }, { signal }) =>
        service === "slow"
          ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
          : { status: Serving.SERVING },
    }),
  );
  const closable = cuttable(transport, "claude");
  const health = createClient(Health, closable);
  return {
    closable,
    check: (service: string, options: CallOptions = {}) => health.check({ service }, options),
  };
}

describe("cuttable", () => {
  it("cuts what is under way, with a signal of the caller's or without, and nothing that begins later", async () => {
    const { closable, check } = served();
    const { signal } = new AbortController();
    const cut = [check("slow"), check("slow"), check("slow", { signal })].map((call) =>
      call.catch((error: unknown) => String(error)),
    );
    await closable.close?.();
    for (const words of await Promise.all(cut)) expect(words).toContain("the client of claude was closed");
    expect(await check("quick")).toMatchObject({ status: Serving.SERVING });
    expect(await check("quick", { signal })).toMatchObject({ status: Serving.SERVING });
  });

  it("lets the caller leave", async () => {
    const { check } = served();
    const leaving = new AbortController();
    const call = check("slow", { signal: leaving.signal });
    leaving.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  it("leaves alone what can be closed by itself", () => {
    const own = { ...createRouterTransport(() => {}), close: () => {} };
    expect(cuttable(own, "claude")).toBe(own);
  });
});
