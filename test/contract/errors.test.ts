import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { FailureSchema } from "#gen/synapse/v1/failure_pb.ts";
import { PingSchema } from "./echo.ts";
import { calling, failed, pairs, ping, speaking } from "./pairs.ts";
import { doing, gathered, ways } from "./ways.ts";

const codes = Object.entries(Code).filter((entry): entry is [string, Code] => typeof entry[1] === "number");
const messages = ["plain", "", "grüße 世界 👩‍🚀", "100 % of %41\nand a second line\r\n", ' spaces, "quotes" and \\ '];

/** Every method throws what is made for the request. */
const throwing = (made: (text: string) => unknown) =>
  doing(({ text }) => {
    throw made(text);
  });

describe.each(pairs)("errors: %s", (_, pair) => {
  it("arrive with every code, in all four ways", async () => {
    await using spoken = await speaking(
      pair,
      throwing((text) => new ConnectError(`it is ${text}`, Code[text as keyof typeof Code])),
    );
    for (const [name, code] of codes) {
      for (const [, call] of ways) {
        const error = await failed(call(spoken.echo, { text: name }));
        expect([Code[error.code], error.rawMessage]).toEqual([Code[code], `it is ${name}`]);
      }
    }
  });

  it("arrive with their words as they were said", async () => {
    await using spoken = await speaking(
      pair,
      throwing((text) => new ConnectError(text, Code.Aborted)),
    );
    for (const message of messages) {
      for (const [, call] of ways)
        expect((await failed(call(spoken.echo, { text: message }))).rawMessage).toBe(message);
    }
  });

  it("arrive with their details, typed, in order, and readable", async () => {
    const details = [
      { desc: PingSchema, value: ping({ text: "first", number: 1n }) },
      { desc: FailureSchema, value: { reason: Reason.CONFLICT, agent: "echo" } },
      { desc: PingSchema, value: ping({ text: "third" }) },
    ];
    await using spoken = await speaking(
      pair,
      throwing(() => new ConnectError("no", Code.Aborted, undefined, details)),
    );
    for (const [, call] of ways) {
      const error = await failed(call(spoken.echo, {}));
      expect(error.findDetails(PingSchema)).toEqual([details[0]!.value, details[2]!.value]);
      expect(failureOf(error)).toMatchObject({ reason: Reason.CONFLICT, agent: "echo" });
      expect(error.details).toHaveLength(3);
    }
  });

  it("arrive as ours when they are Failures", async () => {
    await using spoken = await speaking(
      pair,
      throwing(() => failure(Reason.NOT_FOUND, "there is no such thing", { agent: "echo", retryAfterMs: 1500 })),
    );
    for (const [, call] of ways) {
      const found = failureOf(await failed(call(spoken.echo, {})));
      expect(found).toMatchObject({ reason: Reason.NOT_FOUND, agent: "echo", retryAfter: { seconds: 1n } });
    }
  });

  it("say nothing of a defect of the handler", async () => {
    await using spoken = await speaking(
      pair,
      throwing((text) => (text ? new TypeError(text) : "a thrown string")),
    );
    for (const [, call] of ways) {
      for (const secret of ["password hunter2", ""]) {
        const error = await failed(call(spoken.echo, { text: secret }));
        expect([error.code, error.rawMessage]).toEqual([Code.Internal, "internal error"]);
        expect(JSON.stringify([error.details, [...error.metadata]])).not.toContain("hunter2");
      }
    }
  });

  it("say that a method is not implemented, and that a service is not served", async () => {
    await using spoken = await speaking(pair, {});
    for (const [, call] of ways) expect((await failed(call(spoken.echo, {}))).code).toBe(Code.Unimplemented);
    expect((await failed(spoken.echo.unary({}))).rawMessage).toBe("contract.Echo.Unary is not implemented");
    const health = createClient(Health, calling(pair, spoken.url));
    expect((await failed(health.check({}))).code).toBe(Code.Unimplemented);
    expect((await failed(gathered(health.watch({})))).code).toBe(Code.Unimplemented);
  });

  it("are passed on by a handler with what they said, and without the metadata of another hop", async () => {
    const inner = throwing(() => new ConnectError("deep", Code.NotFound, { "x-inner": "1" }));
    await using far = await speaking(pair, inner);
    await using near = await speaking(pair, {
      unary: (req) => far.echo.unary(req),
      serverStream: (req) => far.echo.serverStream(req),
    });
    for (const [, call] of ways.slice(0, 2)) {
      const error = await failed(call(near.echo, {}));
      expect([error.code, error.rawMessage]).toEqual([Code.NotFound, "deep"]);
      expect(error.metadata.get("x-inner")).toBe(null);
    }
  });

  it("that can't be written end their call, and nothing else", async () => {
    // The stock handlers leave the caller waiting.
    if (pair.server === "stock") return;
    const detail = { desc: PingSchema, value: { small: [2 ** 40] } };
    const unwritable = () => new ConnectError("no", Code.Aborted, undefined, [detail]);
    await using spoken = await speaking(pair, {
      unary({ text }) {
        if (text === "") throw unwritable();
        return {};
      },
      async *serverStream({ text, flag }) {
        if (flag) yield {};
        if (text === "") throw unwritable();
      },
    });
    await failed(spoken.echo.unary({}));
    await failed(gathered(spoken.echo.serverStream({})));
    await failed(gathered(spoken.echo.serverStream({ flag: true })));
    await spoken.echo.unary({ text: "well" });
  });

  it("leave the connection fit for the next call", async () => {
    let calls = 0;
    await using spoken = await speaking(pair, {
      unary: () => {
        if (calls++ % 2 === 0) throw new ConnectError("every second", Code.Aborted);
        return {};
      },
    });
    const codesSeen: (Code | undefined)[] = [];
    for (let call = 0; call < 6; call++) {
      codesSeen.push(
        await spoken.echo.unary({}).then(
          () => undefined,
          (error: ConnectError) => error.code,
        ),
      );
    }
    expect(codesSeen).toEqual([10, undefined, 10, undefined, 10, undefined]);
  });
});
