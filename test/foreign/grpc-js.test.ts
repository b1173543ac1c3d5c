import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type Client,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ping, PingSchema } from "../contract/echo.ts";
import { type ServedEcho, servedEcho } from "./served-echo.ts";

type Init = MessageInitShape<typeof PingSchema>;
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/contract.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: (init: Init) => Buffer.from(toBinary(PingSchema, create(PingSchema, init))),
  requestDeserialize: (bytes: Buffer) => fromBinary(PingSchema, bytes),
  responseSerialize: (message: Ping) => Buffer.from(toBinary(PingSchema, message)),
  responseDeserialize: (bytes: Buffer) => fromBinary(PingSchema, new Uint8Array(bytes)),
});
const EchoClient = makeGenericClientConstructor(
  {
    unary: method("Unary", false, false),
    serverStream: method("ServerStream", false, true),
    clientStream: method("ClientStream", true, false),
    bidi: method("Bidi", true, true),
  },
  "contract.Echo",
);

/** What grpc-js makes of such a service; its own types know nothing of the methods. */
interface Reading extends AsyncIterable<Ping> {
  cancel(): void;
  on(event: "metadata" | "status", listener: (value: never) => void): this;
}
interface Writing {
  write(message: Init): void;
  end(): void;
}
type Done = (error: ServiceError | null, answer?: Ping) => void;
interface EchoMethods {
  unary(req: Init, metadata: Metadata, options: object, done: Done): Reading;
  serverStream(req: Init, metadata?: Metadata, options?: object): Reading;
  clientStream(done: Done): Writing;
  bidi(): Reading & Writing;
}

let server: ServedEcho;
let echo: EchoMethods & Client;
const connect = (options = {}) =>
  new EchoClient(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": 16 << 20,
    ...options,
  }) as unknown as EchoMethods & Client;
beforeAll(async () => {
  server = await servedEcho();
  echo = connect();
});
afterAll(async () => {
  echo.close();
  await server[Symbol.asyncDispose]();
});

/** The answer, or the error, with the metadata of both ends. */
function ask(client: EchoMethods, req: Init, metadata = new Metadata(), options = {}) {
  return new Promise<{ error: ServiceError | null; answer?: Ping; header?: Metadata; trailer?: Metadata }>(
    (resolve) => {
      const got: { header?: Metadata; trailer?: Metadata; told?: Parameters<Done> } = {};
      const finish = () => {
        if (got.told && got.trailer)
          resolve({ ...got, error: got.told[0], ...(got.told[1] ? { answer: got.told[1] } : {}) });
      };
      const call = client.unary(req, metadata, options, (...told) => {
        got.told = told;
        finish();
      });
      call.on("metadata", (header: Metadata) => {
        got.header = header;
      });
      call.on("status", (ended: { metadata: Metadata }) => {
        got.trailer = ended.metadata;
        finish();
      });
    },
  );
}

describe("grpc-js", () => {
  it("gets its message back, with headers and trailers, ascii and binary", async () => {
    const metadata = new Metadata();
    metadata.set("x-ask", "plain");
    metadata.set("x-ask-bin", Buffer.from([0, 255, 1]));
    const { answer, header, trailer } = await ask(echo, { text: "grüße", words: ["a"] }, metadata);
    expect(answer).toMatchObject({ text: "grüße", words: ["a"] });
    expect([header?.get("x-ask"), header?.get("x-ask-bin"), trailer?.get("x-trail")]).toEqual([
      ["plain"],
      [Buffer.from([0, 255, 1])],
      ["behind"],
    ]);
  });

  it("gets an error with its words, its metadata and its details", async () => {
    const { error } = await ask(echo, { text: "fail" });
    expect(error).toMatchObject({ code: status.FAILED_PRECONDITION, details: "grüße 100 %" });
    expect(error?.metadata.get("x-error")).toEqual(["told"]);
    expect(String(error?.metadata.get("grpc-status-details-bin")[0])).toContain("a detail");
  });

  it("carries 8 MB there and back, packed or not", async () => {
    const data = new Uint8Array(8 << 20).map((_, at) => at * 31);
    const packing = connect({ "grpc.default_compression_algorithm": 2 });
    for (const client of [echo, packing]) {
      const { answer, error } = await ask(client, { data });
      expect(error).toBe(null);
      expect(Buffer.compare(answer!.data, data)).toBe(0);
    }
    packing.close();
  });

  it("gets each of 300 calls at once its own answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, at) => (await ask(echo, { number: BigInt(at) })).answer?.number),
    );
    expect(answers).toEqual(Array.from({ length: 300 }, (_, at) => BigInt(at)));
  });

  it("reads a long stream in order, and large messages within it", async () => {
    let at = 0n;
    for await (const { number } of echo.serverStream({ number: 10_000n })) expect(number).toBe(at++);
    expect(at).toBe(10_000n);
    let bytes = 0;
    for await (const { data } of echo.serverStream({ number: 30n, data: new Uint8Array(1 << 20) }))
      bytes += data.length;
    expect(bytes).toBe(30 << 20);
  });

  it("gets what came before an error in a stream", async () => {
    let count = 0;
    const reading = (async () => {
      for await (const _ of echo.serverStream({ number: 3n, text: "fail" })) count++;
    })();
    await expect(reading).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    expect(count).toBe(3);
  });

  it("sends streams, and asks and answers in turn", async () => {
    const sum = await new Promise<Ping | undefined>((resolve, reject) => {
      const writing = echo.clientStream((error, answer) => (error ? reject(error) : resolve(answer)));
      for (let at = 1; at <= 100; at++) writing.write({ number: BigInt(at) });
      writing.end();
    });
    expect(sum?.number).toBe(5050n);
    const call = echo.bidi();
    const seen: bigint[] = [];
    call.write({ number: 0n });
    for await (const { number } of call) {
      seen.push(number);
      if (number < 5n) call.write({ number: number + 1n });
      else call.end();
    }
    expect(seen).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  });

  it("sees its deadline, and the handler is told", async () => {
    const { left } = server;
    const { error } = await ask(echo, { text: "wait" }, new Metadata(), { deadline: Date.now() + 150 });
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
    await expect.poll(() => server.left).toBe(left + 1);
  });

  it("cancels a stream, and the handler is told", async () => {
    const { left } = server;
    const call = echo.serverStream({ number: 1n, text: "wait" });
    const reading = (async () => {
      for await (const _ of call) call.cancel();
    })();
    await expect(reading).rejects.toMatchObject({ code: status.CANCELLED });
    await expect.poll(() => server.left).toBe(left + 1);
  });
});
