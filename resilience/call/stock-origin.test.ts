import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
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

  it("is broken where the body of a fetch ends too early or fails, whatever Connect for browsers throws then", async () => {
    const cut = (controller: ReadableStreamDefaultController) => controller.close();
    const failing = (words: string) => (controller: ReadableStreamDefaultController) =>
      controller.error(new TypeError(words));
    const read = (transport: Transport) =>
      Array.fromAsync(createClient(Health, transport).watch({})).catch((error: unknown) => error);
    for (const pull of [cut, failing("network error"), failing("Error in input stream")])
      for (const [type, make] of [
        ["application/connect+proto", createWebTransport],
        ["application/grpc-web+proto", createGrpcWebTransport],
      ] as const) {
        const headers = { "content-type": type };
        const fetch = async () => new Response(new ReadableStream({ pull }), { headers });
        expect(outcomeOf(await read(make({ baseUrl: "http://a", fetch })))).toBe("broken");
      }
    // Not yet looked at by Connect's client, as an interceptor meets it.
    for (const thrown of ["missing EndStreamResponse", new TypeError("network error")])
      expect(outcomeOf(thrown)).toBe("broken");
    expect(outcomeOf(new TypeError("undefined is not a function"))).toBe("server");
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
