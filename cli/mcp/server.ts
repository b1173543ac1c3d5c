// The tools an MCP host such as Claude Code, Codex or Gemini CLI gets: a whole run, from plan to tested code, in one call.
import { type CallToolResult, McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { messageOf } from "#core/failure.ts";
import { version } from "#runtime/version.ts";
import { sanitize } from "../sanitize.ts";
import { answerSchema, type RunAnswer } from "./answer.ts";
import type { McpRuns, Waiting } from "./runs.ts";

/** Hosts give a tool about a minute: an answer that says "not yet" comes before. */
const maxWaitSeconds = 50;

const runId = z.uuid().describe("the run_id an earlier call gave");
const wait = (fallback: number) =>
  z
    .number()
    .min(0)
    .max(maxWaitSeconds)
    .default(fallback)
    .describe(`how many seconds to wait for the end, at most ${maxWaitSeconds}; then ask again with wait_run`);

export function mcpServer(runs: McpRuns): McpServer {
  const server = new McpServer({ name: "synapse", version }, { capabilities: { tools: {} } });

  server.registerTool(
    "run_workflow",
    {
      title: "Plan, write, test and repair code",
      description:
        "Carries out a programming task: Claude plans, Gemini researches, Claude writes the code, Codex writes independent tests and executes both in a sandbox, and repairs go round until the tests pass. Answers the finished run or, after the wait, how far it is.",
      inputSchema: z.object({
        task: z.string().min(1).describe("what is to be done, in plain words"),
        files: z
          .array(z.object({ path: z.string(), content: z.string() }))
          .max(300)
          .default([])
          .describe("text files to begin with, by relative path"),
        wait_seconds: wait(45),
      }),
      outputSchema: answerSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
    },
    ({ task, files, wait_seconds }, context) => told(() => runs.begin(task, files, waiting(wait_seconds, context))),
  );
  server.registerTool(
    "get_run",
    {
      title: "Show a run",
      description: "Shows how far a run is, and what it made once it has ended.",
      inputSchema: z.object({ run_id: runId }),
      outputSchema: answerSchema,
      annotations: { readOnlyHint: true },
    },
    ({ run_id }, { mcpReq }) => told(() => runs.get(run_id, mcpReq.signal)),
  );
  server.registerTool(
    "wait_run",
    {
      title: "Wait for a run",
      description: "Waits for a run's end and answers as get_run does; `ended` is false when it goes on.",
      inputSchema: z.object({ run_id: runId, wait_seconds: wait(maxWaitSeconds) }),
      outputSchema: answerSchema,
      annotations: { readOnlyHint: true },
    },
    ({ run_id, wait_seconds }, context) => told(() => runs.wait(run_id, waiting(wait_seconds, context))),
  );
  server.registerTool(
    "cancel_run",
    {
      title: "End a run",
      description: "Ends a run and the work of its agents; one that has ended stays as it is.",
      inputSchema: z.object({ run_id: runId }),
      outputSchema: answerSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    },
    ({ run_id }, { mcpReq }) => told(() => runs.cancel(run_id, mcpReq.signal)),
  );
  return server;
}

function waiting(seconds: number, { mcpReq }: ServerContext): Waiting {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return {
    seconds,
    signal: mcpReq.signal,
    tell(message) {
      if (progressToken === undefined) return;
      progress++;
      const params = { progressToken, progress, message: sanitize(message) };
      // Who has left needs no progress.
      mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
    },
  };
}

/** A failure is an answer too: the model reads it and may do something about it. */
async function told(work: () => Promise<RunAnswer>): Promise<CallToolResult> {
  try {
    const answer = await work();
    return { content: [{ type: "text", text: JSON.stringify(answer, undefined, 1) }], structuredContent: answer };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: sanitize(messageOf(error)) }] };
  }
}
