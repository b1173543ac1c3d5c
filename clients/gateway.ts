// A typed client of the gateway, for the command line and for tests.
import type { Client } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import type { Rpc } from "#rpc/client.ts";
import { stack } from "./stack.ts";

export interface GatewayClient {
  readonly url: string;
  readonly workflow: Client<typeof WorkflowService>;
  readonly operations: Client<typeof OperationsService>;
}

export function gatewayClient(url: string, rpc?: Rpc): GatewayClient {
  const transport = stack({ url, agent: "gateway", ...(rpc ? { rpc } : {}) });
  return {
    url,
    workflow: client(WorkflowService, transport),
    operations: client(OperationsService, transport),
  };
}
