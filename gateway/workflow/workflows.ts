// Which workflow a run takes: with a repository that of workspaces, otherwise "code".
import type { Workflow } from "#durable/flow.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { codeWorkflow } from "./code.ts";
import type { StepDeps } from "./steps.ts";
import { settled } from "./thinking.ts";
import { workspaceWorkflow } from "./workspace.ts";

export function workflows(deps: StepDeps): Workflow<CreateRunRequest> {
  const [code, workspace] = [codeWorkflow(deps), workspaceWorkflow(deps)];
  return settled(
    (flow, request) => (request.workspace === undefined ? code : workspace)(flow, request),
    deps.store,
    deps.clock,
  );
}
