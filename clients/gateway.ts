// A typed client of the gateway, for the command line and for tests.
import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { WatchRunRequestSchema, WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import type { ResilienceConfig } from "#resilience/config.ts";
import { positionOf } from "#resilience/resume/resume.ts";
import type { ResilientTransport } from "#resilience/stack.ts";
import type { Rpc } from "#rpc/client.ts";
import { stack } from "./stack.ts";

export interface GatewayClient {
  readonly url: string;
  readonly workflow: Client<typeof WorkflowService>;
  readonly operations: Client<typeof OperationsService>;
  readonly transport: ResilientTransport;
}

/**
 * A run's log is its own journal: whoever watches it goes on after the last seq, also when the gateway was started anew.
 * It has a heartbeat every ten seconds, so that silence is a broken connection.
 */
const watching = {
  deadline: { streamTimeoutMs: undefined },
  streamTimeout: { firstMs: 30_000, idleMs: 30_000 },
  resume: {
    // Long enough for a gateway to be started again.
    maxResumes: 10,
    position: positionOf(WorkflowService.method.watchRun, {
      of: ({ message }) =>
        message.case === "event" ? message.value.seq : message.case === "gap" ? message.value.toSeq : undefined,
      resume: (request, afterSeq) => create(WatchRunRequestSchema, { ...request, afterSeq }),
    }).position,
  },
};

/** There is one gateway: a breaker would only keep the command line from reaching it again. */
const gatewayConfig: ResilienceConfig = {
  defaults: { attemptTimeout: false },
  methods: {
    "synapse.v1.WorkflowService/WatchRun": watching,
    "synapse.v1.OperationsService/WatchStatus": { streamTimeout: false, resume: false },
  },
  breaker: false,
  ejection: false,
};

export function gatewayClient(url: string, rpc?: Rpc): GatewayClient {
  const transport = stack({
    agent: "gateway",
    endpoints: [{ url }],
    services: [WorkflowService, OperationsService],
    config: gatewayConfig,
    // Nothing here is judged by its timeouts.
    stall: { lagSince: () => 0 },
    ...(rpc ? { rpc } : {}),
  });
  return {
    url,
    transport,
    workflow: client(WorkflowService, transport),
    operations: client(OperationsService, transport),
  };
}
