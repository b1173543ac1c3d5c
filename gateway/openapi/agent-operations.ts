// The agents' routes in the document, from their own table.
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { AgentEventSchema } from "#gen/synapse/v1/agent_pb.ts";
import { agentRoutesTable } from "../routes/agents.ts";
import { comment } from "./comment.ts";
import { examples } from "./examples.ts";
import { answer, body, type Described, events, idempotencyKey, json, problem, requestTimeout, told } from "./parts.ts";

const streamed =
  "`event` names what happened: `textDelta`, `reasoningDelta`, `commandOutput`, `usage`, `reset`, and `result`, the answer.";

export const agentOperations: readonly Described[] = agentRoutesTable.map(({ path, agent, method, stream }) => ({
  verb: "post",
  path,
  shows: [method.input, method.output, ...(stream === undefined ? [] : [AgentEventSchema])],
  operation: {
    operationId: method.localName,
    tags: [agent],
    ...told(method, stream === undefined ? "" : "With `Accept: text/event-stream` it answers with progress."),
    parameters: [...(method.idempotency === Level.IDEMPOTENT ? [idempotencyKey] : []), requestTimeout],
    requestBody: body(method.input, examples[method.input.typeName]),
    responses: {
      200: answer(comment(method.output), {
        ...json(method.output),
        ...(stream === undefined ? {} : events(AgentEventSchema, streamed)),
      }),
      default: problem,
    },
  },
}));
