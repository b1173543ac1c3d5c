// `synapse show --usage`: what a run cost, line by line.
import { toJson } from "@bufbuild/protobuf";
import type { GatewayClient } from "#clients/gateway.ts";
import { GetUsageResponseSchema } from "#gen/synapse/v1/workflow_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { printBlocks, printDocument } from "../output.ts";
import { budgetLines, usageTable } from "../render-usage.ts";

export async function showUsage(
  context: Context,
  { workflow }: Pick<GatewayClient, "workflow">,
  runId: string,
): Promise<number> {
  const { stdout, format } = context;
  const bill = await workflow.getUsage({ runId });
  const columns = stdout.isTerminal ? stdout.columns : undefined;
  if (format === "text")
    printBlocks(stdout, [usageTable(bill, stdout.style, columns), budgetLines(bill, stdout.style)]);
  else printDocument(context, toJson(GetUsageResponseSchema, bill));
  return ExitCode.done;
}
