// The gateway's own rpcs, and the agents' on their own paths, so that a browser needs one origin only.
import type { DescService } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter, ContextValues, HandlerContext, ServiceImpl, Transport } from "@connectrpc/connect";
import type { Agents } from "#clients/agents.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import type { Journaling } from "#resilience/resume/journaling.ts";
import { inbound } from "#resilience/time/inbound.ts";
import { idempotencyKey } from "#rpc/idempotency-key.ts";
import { type Told, withResets } from "../resets.ts";
import type { Runs } from "../runs.ts";
import type { Status } from "../status.ts";
import { keyHeader } from "./key.ts";

/** All the gateway answers. */
export const services = [WorkflowService, OperationsService, ClaudeService, GeminiService, CodexService] as const;

export interface RpcOptions {
  runs: Runs;
  status: Status;
  agents: Agents;
  /** Keeps the agents' streams for callers whose connection to the gateway breaks. */
  journal: Pick<Journaling, "around">;
  /** Aborts when the process leaves: streams without an end of their own end with it. */
  draining: AbortSignal;
}

/** How often a status is told to those who watch it. */
const statusIntervalMs = 1000;

export function rpcRoutes(router: ConnectRouter, { runs, status, agents, journal, draining }: RpcOptions): void {
  router.service(WorkflowService, {
    createRun: (request, { requestHeader }) => ({
      run: runs.create(request, idempotencyKey(requestHeader)),
    }),
    getRun: ({ runId }) => ({ run: runs.get(runId) }),
    listRuns: (request) => runs.list(request),
    watchRun: ({ runId, afterSeq }, { signal }) => runs.watch(runId, afterSeq, signal),
    decideApproval: (request, { requestHeader }) => ({ run: runs.decide(request, idempotencyKey(requestHeader)) }),
    cancelRun: async ({ runId, force }) => ({ run: await runs.cancel(runId, force) }),
    getUsage: ({ runId }) => runs.usage(runId),
    listArtifacts: ({ runId }) => ({ artifacts: runs.artifacts(runId) }),
    getArtifact: ({ runId, name }) => runs.artifact(runId, name),
  });
  router.service(OperationsService, {
    getStatus: () => status.now(),
    watchStatus: ({ interval }, { signal }) =>
      status.watch(interval ? durationMs(interval) : statusIntervalMs, AbortSignal.any([signal, draining])),
  });
  const kept = journal.around(router);
  kept.service(ClaudeService, forwarded(ClaudeService, agents.transports.claude));
  kept.service(GeminiService, forwarded(GeminiService, agents.transports.gemini));
  kept.service(CodexService, forwarded(CodexService, agents.transports.codex));
}

/** An implementation that calls the agent with the same message, within its caller's deadline and signal. */
function forwarded<S extends DescService>(service: S, transport: Transport): ServiceImpl<S> {
  const methods = service.methods.map((method) => {
    const headers = ({ requestHeader }: HandlerContext) => {
      const requestId = requestHeader.get("x-request-id");
      return { ...keyHeader(requestHeader), ...(requestId === null ? {} : { "x-request-id": requestId }) };
    };
    const unary = async (message: Record<string, unknown>, context: HandlerContext) => {
      const { signal, contextValues } = inbound(context);
      return (await transport.unary(method as never, signal, undefined, headers(context), message, contextValues))
        .message;
    };
    async function* stream(message: Record<string, unknown>, context: HandlerContext) {
      const { signal, contextValues } = inbound(context);
      async function* one() {
        yield message;
      }
      const header = headers(context);
      const opened = async (values: ContextValues) =>
        (await transport.stream(method as never, signal, undefined, header, one(), values))
          .message as AsyncIterable<Told>;
      yield* withResets(opened, contextValues);
    }
    return [method.localName, method.methodKind === "unary" ? unary : stream];
  });
  return Object.fromEntries(methods) as ServiceImpl<S>;
}
