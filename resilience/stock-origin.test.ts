import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { classify } from "./classify.ts";

const live = new AbortController().signal;

describe("classification on stock transports", () => {
  const { promise: given, resolve: give } = Promise.withResolvers<string>();
  const server = createServer();
  beforeAll(async () => {
    server.on("sessionError", () => {});
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      const [, way] = String(headers[":path"]).split("/");
      if (way === "503" || way === "429") stream.respond({ ":status": Number(way) }, { endStream: true });
      else if (way === "killed") stream.session?.destroy();
      else if (way === "page") stream.respond({ ":status": 200, "content-type": "text/html" }, { endStream: true });
      else stream.close(Number(way));
    });
    server.listen(0, "localhost");
    await once(server, "listening");
    give(`http://localhost:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => void server.close());

  const outcomeOf = (error: unknown) => {
    const { class: kind, isDependency } = classify(error, live);
    return isDependency ? `${kind} dependency` : kind;
  };
  const failed = (transport: Transport) =>
    createClient(Health, transport)
      .check({})
      .catch((error: unknown) => error);

  it.each([
    ["7", "unsent"],
    ["8", "broken"],
    ["2", "broken"],
    ["killed", "broken"],
    ["page", "broken"],
    ["429", "overload"],
    ["503", "unavailable"],
  ])("%s is %s, in Connect and in gRPC", async (way, outcome) => {
    const baseUrl = `${await given}/${way}`;
    expect(outcomeOf(await failed(createConnectTransport({ baseUrl, httpVersion: "2" })))).toBe(outcome);
    expect(outcomeOf(await failed(createGrpcTransport({ baseUrl })))).toBe(outcome);
  });

  it("is unsent where nobody listens", async () => {
    expect(outcomeOf(await failed(createConnectTransport({ baseUrl: "http://localhost:1", httpVersion: "1.1" })))).toBe(
      "unsent",
    );
  });

  it("is what the peer said, in memory too", async () => {
    const says = (error: ConnectError) =>
      failed(
        createRouterTransport(({ service }) =>
          service(Health, {
            check() {
              throw error;
            },
          }),
        ),
      );
    expect(outcomeOf(await says(failure(Reason.DEPENDENCY, "the store is away")))).toBe("unavailable dependency");
    expect(outcomeOf(await says(new ConnectError("no", Code.Internal)))).toBe("server");
    expect(outcomeOf(await says(new ConnectError("no", Code.Canceled)))).toBe("application");
  });
});
