// The routes of runs in the document.
import type { DescMethod } from "@bufbuild/protobuf";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { comment } from "./comment.ts";
import { examples } from "./examples.ts";
import { answer, body, type Described, events, idempotencyKey, json, parameter, problem, told } from "./parts.ts";
import type { Operation, Parameter, Verb } from "./spec.ts";

const { createRun, getRun, listRuns, watchRun, cancelRun, decideApproval, getUsage, listArtifacts, getArtifact } =
  WorkflowService.method;
const { runId, approvalId } = decideApproval.input.field;
const { pageSize, pageToken, state } = listRuns.input.field;

const id = parameter("path", "id", getRun.input.field.runId);
const name = {
  ...parameter("path", "name", getArtifact.input.field.name, "Its slashes stay."),
  example: "output.txt",
};
const wait: Parameter = {
  name: "wait",
  in: "query",
  description:
    "How long to wait for the run's end, in seconds up to 600s, such as 60s. Without it the answer comes at once.",
  schema: { type: "string", pattern: "^[0-9]{1,3}s?$" },
  example: "60s",
};
const location = { Location: { description: "The run's own address.", schema: { type: "string" } } } as const;
const afterSeq = parameter("query", "after_seq", watchRun.input.field.afterSeq);
const lastEventId: Parameter = {
  ...parameter("header", "Last-Event-ID", watchRun.input.field.afterSeq),
  description: "The same as after_seq, and stronger: browsers send it by themselves when they connect again.",
};

/** As they are sent: `run.created` and so on. */
const eventNames = EventSchema.oneofs[0]!.fields.map((field) => `\`${field.name.replace("_", ".")}\``).join(", ");

function described(verb: Verb, path: string, method: DescMethod, more: Partial<Operation>): Described {
  const { responses = { 200: answer(comment(method.output), json(method.output)) }, ...rest } = more;
  const operation = { operationId: method.localName, tags: ["runs"], ...told(method), ...rest };
  return {
    verb,
    path,
    shows: [method.output],
    operation: { ...operation, responses: { ...responses, default: problem } },
  };
}

export const runOperations: readonly Described[] = [
  {
    ...described("post", "/api/v1/workflow", createRun, {
      parameters: [wait, idempotencyKey],
      requestBody: body(createRun.input, examples[createRun.input.typeName]),
      responses: {
        200: answer("The run has ended.", json(createRun.output), location),
        202: answer("The run is under way.", json(createRun.output), location),
      },
    }),
    shows: [createRun.input, createRun.output],
  },
  described("get", "/api/v1/runs", listRuns, {
    parameters: [
      parameter("query", "page_size", pageSize),
      parameter("query", "page_token", pageToken),
      parameter("query", "state", state, "Short forms such as `running` do as well."),
    ],
  }),
  described("get", "/api/v1/runs/{id}", getRun, { parameters: [id] }),
  described("post", "/api/v1/runs/{id}/cancel", cancelRun, {
    parameters: [id, parameter("query", "force", cancelRun.input.field.force)],
  }),
  {
    ...described("post", "/api/v1/runs/{id}/approvals/{approval_id}", decideApproval, {
      parameters: [id, { ...parameter("path", "approval_id", approvalId), example: "execute" }, idempotencyKey],
      requestBody: body(decideApproval.input, examples[decideApproval.input.typeName], [runId, approvalId]),
    }),
    shows: [decideApproval.input, decideApproval.output],
  },
  {
    ...described("get", "/api/v1/runs/{id}/events", watchRun, {
      parameters: [id, afterSeq, lastEventId],
      responses: {
        200: answer(
          "The events.",
          events(
            EventSchema,
            `\`id\` is the seq, \`event\` one of ${eventNames}. \`heartbeat\` breaks a silence of 10 s.`,
          ),
        ),
      },
    }),
    shows: [EventSchema],
  },
  described("get", "/api/v1/runs/{id}/usage", getUsage, { parameters: [id] }),
  described("get", "/api/v1/runs/{id}/artifacts", listArtifacts, { parameters: [id] }),
  {
    ...described("get", "/api/v1/runs/{id}/artifacts/{name}", getArtifact, {
      parameters: [id, name],
      responses: {
        200: answer(
          "The bytes, in the artifact's media type. A browser saves them and never shows them as a page.",
          { "*/*": {} },
          { ETag: { description: "The digest of the bytes.", schema: { type: "string" } } },
        ),
      },
    }),
    shows: [],
  },
];
