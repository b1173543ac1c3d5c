import { createClient } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { transport } from "../client/transport.ts";
import { serveForTest } from "../testing.ts";

describe("what an interceptor and a handler see", () => {
  it("is in copies too, though it is made when it is asked for", async () => {
    const asked = vi.fn();
    const copying = vi.fn();
    await using server = await serveForTest(
      (router) =>
        router.service(Health, {
          check(_, context) {
            const copy = { ...context };
            asked(copy.requestHeader.get("x-ask"), copy.signal === context.signal, copy.signal.aborted);
            return { status: 1 };
          },
        }),
      [
        (next) => (req) => {
          const copy = { ...req };
          copying(copy.header === req.header, copy.signal === req.signal, Object.keys(copy).toSorted());
          return next(copy);
        },
      ],
    );
    await createClient(Health, transport({ baseUrl: server.url })).check({}, { headers: { "x-ask": "here" } });
    expect(asked).toHaveBeenCalledExactlyOnceWith("here", true, false);
    const fields = [
      "contextValues",
      "header",
      "message",
      "method",
      "requestMethod",
      "service",
      "signal",
      "stream",
      "url",
    ];
    expect(copying).toHaveBeenCalledExactlyOnceWith(true, true, fields);
  });
});
