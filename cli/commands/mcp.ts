// `synapse mcp`: serves the workflow to an MCP host over stdin and stdout, for as long as the host stays.
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { messageOf } from "#core/failure.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { gatewaySource } from "../gateway-source.ts";
import { interrupts } from "../interrupts.ts";
import { mcpRuns } from "../mcp/runs.ts";
import { mcpServer } from "../mcp/server.ts";

export async function mcp(context: Context): Promise<number> {
  const { stderr, clock } = context;
  const source = gatewaySource({
    find: context.find,
    env: context.env,
    onStart: () => stderr.write("synapse mcp: no gateway is running: starting one for this host\n"),
  });
  const left = Promise.withResolvers<void>();
  const served = serveStdio(() => mcpServer(mcpRuns(source, clock)), {
    onerror: (error) => stderr.write(`synapse mcp: ${messageOf(error)}\n`),
  });
  // The host closes our stdin when it leaves.
  process.stdin.once("end", left.resolve);
  process.stdin.once("close", left.resolve);
  const leaveAtOnce = () => {
    source.kill();
    process.exit(ExitCode.interrupted);
  };
  const callOff = interrupts({ first: left.resolve, second: leaveAtOnce, terminate: left.resolve });
  try {
    await left.promise;
  } finally {
    callOff();
    await served.close();
    await source.stop();
  }
  return ExitCode.done;
}
