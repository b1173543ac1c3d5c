import { once } from "node:events";
import { connect } from "node:net";
import { createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { listen } from "../listen.ts";
import { adapter } from "./adapter.ts";

const path = "/grpc.health.v1.Health/Check";

/** Sends bytes to the adapter alone, without the checks that stand before it in a process. */
async function answerTo(request: string): Promise<string> {
  const handler = adapter({
    agent: "claude",
    routes: (router) => router.service(Health, { check: () => ({ status: 1 }) }),
    fallback: (_, res) => void res.end(),
    contextValues: () => createContextValues(),
    log: () => {},
  });
  const listener = await listen({ host: "127.0.0.1", port: 0, handler });
  const socket = connect(listener.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(request);
  await once(socket, "close");
  listener.destroy();
  await listener.drain();
  return answer;
}

describe("adapter", () => {
  // The stock adapter throws on these out of the request listener, which ends the process.
  it.each(["HTTP/1.0\r\n", "HTTP/1.1\r\nHost: a b[\r\n", "HTTP/1.1\r\nHost: a:999999\r\n"])(
    "answers a request no URL can be made of with 400: %j",
    async (head) => {
      expect(await answerTo(`POST ${path} ${head}Content-Length: 0\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 .*can't be read/s,
      );
    },
  );

  it("calls a body that is no message the caller's mistake, with its Failure", async () => {
    const head = "HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/proto\r\n";
    const answer = await answerTo(
      `POST ${path} ${head}Content-Length: 2\r\n\r\n\xff\xff`.replace("2\r\n\r\n", "4\r\n\r\n"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*invalid_argument.*synapse\.v1\.Failure/s);
  });
});
