import { createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, type ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { relay } from "./relay.ts";

/** What the caller of a server sees when the server's own peer, or the server itself, fails so. */
async function seen(error: () => ConnectError, { isOwn = false, isStream = false } = {}): Promise<ConnectError> {
  const fails = createRouterTransport(({ service }) =>
    service(CodexService, {
      execute: () => {
        throw error();
      },
    }),
  );
  const peer = client(CodexService, fails);
  const work = async () => {
    if (isOwn) throw error();
    return peer.execute({}, { contextValues: createContextValues() });
  };
  const serves = createRouterTransport(({ service }) =>
    service(
      CodexService,
      {
        execute: work,
        async *streamExecute() {
          await work();
          yield {};
        },
      },
      { interceptors: [relay({ clock: manualClock() })] },
    ),
  );
  const server = client(CodexService, serves);
  const call = isStream ? Array.fromAsync(server.streamExecute({})) : server.execute({});
  return (await call.catch((caught: unknown) => caught)) as ConnectError;
}

const withMetadata = (error: ConnectError, metadata: Record<string, string>) => {
  for (const [name, value] of Object.entries(metadata)) error.metadata.set(name, value);
  return error;
};

describe("relay", () => {
  it.each([false, true])(
    "says a peer's pushback again, and none of its other metadata (stream: %s)",
    async (isStream) => {
      const metadata = { "retry-after": "3", "set-cookie": "secret" };
      const error = await seen(() => withMetadata(failure(Reason.RATE_LIMITED, "slow down"), metadata), { isStream });
      expect(error).toMatchObject({ code: Code.ResourceExhausted, rawMessage: "slow down" });
      expect(failureOf(error)?.reason).toBe(Reason.RATE_LIMITED);
      expect(error.metadata.get("grpc-retry-pushback-ms")).toBe("3000");
      expect(error.metadata.has("set-cookie")).toBe(false);
    },
  );

  it("makes a dependency of what is not to be sent again, and keeps what is known of it", async () => {
    const spent = () =>
      withMetadata(failure(Reason.CONNECTION_LOST, "gone", { agent: "claude" }), { "grpc-retry-pushback-ms": "-1" });
    const error = await seen(spent);
    expect(failureOf(error)).toMatchObject({ reason: Reason.DEPENDENCY, agent: "claude" });
    expect(error.details).toHaveLength(1);
    expect(error.metadata.get("grpc-retry-pushback-ms")).toBe("-1");
  });

  it.each([Reason.NOT_PROCESSED, Reason.SHED, Reason.DRAINING])(
    "does not pass on that a peer has not begun (%s): this server has",
    async (reason) => expect(failureOf(await seen(() => failure(reason, "not now")))?.reason).toBe(Reason.DEPENDENCY),
  );

  it("leaves a peer's other errors, and those of the server itself", async () => {
    expect(failureOf(await seen(() => failure(Reason.NOT_FOUND, "no")))?.reason).toBe(Reason.NOT_FOUND);
    const own = await seen(() => withMetadata(failure(Reason.SHED, "too busy"), { mine: "yes" }), { isOwn: true });
    expect(failureOf(own)?.reason).toBe(Reason.SHED);
    expect(own.metadata.get("mine")).toBe("yes");
  });
});
