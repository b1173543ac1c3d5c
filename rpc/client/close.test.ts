import { createClient } from "@connectrpc/connect";
import { expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { serveForTest } from "../testing.ts";
import { transport } from "./transport.ts";

const serving = { status: 1 as const };

it("ends the calls under way when it is closed, and makes those that come later", async () => {
  const begun = { unary: Promise.withResolvers<void>(), stream: Promise.withResolvers<void>() };
  const never = new Promise<never>(() => {});
  await using server = await serveForTest((router) =>
    router.service(Health, {
      check({ service }) {
        if (service !== "slow") return serving;
        begun.unary.resolve();
        return never;
      },
      async *watch() {
        yield serving;
        begun.stream.resolve();
        await never;
      },
    }),
  );
  const own = transport({ baseUrl: server.url, agent: "claude" });
  const health = createClient(Health, own);
  const cut = [health.check({ service: "slow" }), Array.fromAsync(health.watch({}))].map((call) =>
    call.then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    ),
  );
  await Promise.all([begun.unary.promise, begun.stream.promise]);
  own.close();
  for (const error of await Promise.all(cut)) {
    expect(error).toMatchObject({ code: Code.Canceled, rawMessage: "the client of claude was closed" });
    expect(originOf(error!)).toBe("local");
  }
  expect(await health.check({})).toMatchObject(serving);
});
