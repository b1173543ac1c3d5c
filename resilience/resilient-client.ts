// A client of a service with all of it around every call: Connect's client, plus a look inside and an end.
import type { DescService } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { refuse } from "./problem.ts";
import { type ResilientTransport, resilientTransport, type StackOptions } from "./stack.ts";

export type ResilientClient<S extends DescService> = Client<S> & Pick<ResilientTransport, "getMetrics" | "close">;

/** What a client is given; `services` are others that its configuration may name. */
export type ResilientClientOptions = Omit<StackOptions, "agent"> & {
  /** The peer's name, for errors; the service's by default. */
  agent?: string;
};

/**
 * `createClient` of Connect, protected. Leaving a stream by `break`, `return` or `throw` ends it at the server.
 * Throws a ConfigError that names every problem.
 */
export function createResilientClient<S extends DescService>(
  service: S,
  options: ResilientClientOptions,
): ResilientClient<S> {
  const taken = service.methods.map(({ localName }) => localName).filter((name) => own.includes(name));
  refuse(taken.map((name) => ({ path: service.typeName, message: `has an rpc ${name}: use resilientTransport` })));
  const transport = resilientTransport({
    agent: service.name,
    ...options,
    services: [service, ...(options.services ?? [])],
  });
  const { getMetrics, close } = transport;
  return Object.assign(client(service, transport), { getMetrics, close });
}

const own = ["getMetrics", "close"];
