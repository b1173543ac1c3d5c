// Our own and the stock client with our own and the stock server, over both protocols: what the contract is held against.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { ConnectError } from "#core/failure.ts";
import { type ClientOptions, clientTransport } from "#rpc/client.ts";
import { serveForTest, type TestServerOptions } from "#rpc/testing.ts";
import { Echo, type EchoService, type Ping, PingSchema } from "./echo.ts";

export interface Pair {
  client: "own" | "stock";
  server: "own" | "stock";
  protocol: "grpc" | "connect";
  json: boolean;
}

const sides = ["stock", "own"] as const;
const spoken = [
  { protocol: "grpc", json: false, says: "gRPC" },
  { protocol: "connect", json: false, says: "Connect" },
  { protocol: "connect", json: true, says: "Connect JSON" },
] as const;

/** As vitest's `describe.each` takes them: the name, then the pair. */
export const pairs: [string, Pair][] = spoken.flatMap(({ says, ...how }) =>
  sides.flatMap((client) =>
    sides.map((server): [string, Pair] => [`${client} client, ${server} server, ${says}`, { client, server, ...how }]),
  ),
);
/** Those with binary messages, for what has nothing to do with the encoding. */
export const binaryPairs = pairs.filter(([, { json }]) => !json);

export type EchoImpl = Partial<ServiceImpl<EchoService>>;
export interface Spoken extends AsyncDisposable {
  readonly echo: Client<EchoService>;
  readonly url: string;
  readonly port: number;
}
export interface SpokenOptions {
  client?: Partial<ClientOptions>;
  /** Of the client and of the server, outermost first. */
  interceptors?: Interceptor[];
  serverInterceptors?: Interceptor[];
  server?: TestServerOptions;
}

/** Serves the implementation and calls it. */
export async function speaking(pair: Pair, impl: EchoImpl, options: SpokenOptions = {}): Promise<Spoken> {
  const server = await serveForTest((router) => router.service(Echo, impl), options.serverInterceptors, undefined, {
    rpc: pair.server,
    ...options.server,
  });
  const transport = calling(pair, server.url, { interceptors: options.interceptors ?? [], ...options.client });
  return {
    url: server.url,
    port: server.port,
    echo: client(Echo, transport),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The pair's client for any address. */
export function calling({ client: rpc, protocol, json }: Pair, baseUrl: string, more: Partial<ClientOptions> = {}) {
  return clientTransport({ baseUrl, agent: "echo", rpc, protocol, json, ...more });
}

export const ping = (init: MessageInitShape<typeof PingSchema> = {}): Ping => create(PingSchema, init);

/** The error a call or a reading ends with. */
export async function failed(work: Promise<unknown>): Promise<ConnectError> {
  const error = await work.then(
    (value) => new Error(`it succeeded with ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectError) return error;
  throw new Error("no ConnectError", { cause: error });
}

export async function* from<T>(...messages: T[]): AsyncGenerator<T> {
  yield* messages;
}

/** A promise to be settled by hand. */
export const gate = <T = void>() => Promise.withResolvers<T>();

/** Lets both ends do what they can do without time. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
