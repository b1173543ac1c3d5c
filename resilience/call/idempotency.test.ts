import { createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { AnyRequest } from "#core/call.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { idempotencyKeys, isRepeatable } from "./idempotency.ts";

const { execute, validateCommand } = CodexService.method;

async function keyOf(method: AnyRequest["method"], headers: Record<string, string> = {}) {
  const req = { method, header: new Headers(headers), contextValues: createContextValues() } as AnyRequest;
  let key: string | null = null;
  const interceptor = idempotencyKeys({ clock: manualClock(), rng: seeded(1) });
  await interceptor(async (seen) => {
    key = seen.header.get("idempotency-key");
    return {} as never;
  })(req);
  return key;
}

describe("idempotency", () => {
  it("is what the schema says", () => {
    expect(isRepeatable(execute)).toBe(true);
    expect(isRepeatable(validateCommand)).toBe(true);
    expect(isRepeatable(Health.method.check)).toBe(false);
  });

  it("gives a key to calls with effects that may be repeated, and to no others", async () => {
    expect(await keyOf(execute)).toMatch(/^019b76da-a800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await keyOf(validateCommand)).toBeNull();
    expect(await keyOf(Health.method.check)).toBeNull();
  });

  it("leaves the caller's own key", async () =>
    expect(await keyOf(execute, { "idempotency-key": "mine" })).toBe("mine"));
});
