import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createClient } from "@connectrpc/connect";
import { expect, it } from "vitest";
import type { ConnectError } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { connections } from "./connections.ts";
import { transport } from "./transport.ts";

it.each(["destroy", "resetAndDestroy"] as const)(
  "calls of a connection that goes by %s have one cause",
  async (how) => {
    const sockets: Socket[] = [];
    let calls = 0;
    const server = createServer().listen(0, "127.0.0.1");
    server.on("connection", (socket) => sockets.push(socket));
    server.on("stream", (stream) => {
      stream.on("error", () => {});
      // What breaks the connection breaks all three.
      if (++calls === 3) sockets[0]?.[how]();
    });
    await once(server, "listening");
    const lines = connections();
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createClient(Health, transport({ baseUrl, connections: lines }));
    const failed = () =>
      client.check({}).then(
        () => expect.unreachable(),
        (error: ConnectError) => error.cause,
      );
    const causes = await Promise.all([failed(), failed(), failed()]);
    expect(causes[0]).toBeInstanceOf(Error);
    expect(new Set(causes).size).toBe(1);
    lines.close();
    server.close();
  },
);
