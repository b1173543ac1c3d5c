// From the request of an rpc to a run in the sandbox.
import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import type { Execution } from "#gen/synapse/v1/agent_pb.ts";
import { type Command, type Limits, OutputChannel } from "#gen/synapse/v1/agent_pb.ts";
import type { ExecuteRequest } from "#gen/synapse/v1/codex_pb.ts";
import { execute } from "#sandbox/execute.ts";
import { defaultLimits, type Sandbox, type SandboxLimits } from "#sandbox/sandbox.ts";

/** Hears what the command writes, as it comes. */
export type Tell = (channel: OutputChannel, text: string) => void;

/** No command gets more than this, whatever it asks for. */
const largest: Readonly<SandboxLimits> = {
  wallMs: 600_000,
  cpuMs: 600_000,
  memoryBytes: 4 * 2 ** 30,
  outputBytes: 8 << 20,
  processes: 512,
};

/** Runs it; rejects only when the sandbox failed or the signal aborted. */
export function executed(
  sandbox: Sandbox,
  request: ExecuteRequest,
  signal: AbortSignal,
  tell?: Tell,
): Promise<Execution> {
  const { files, command, stdin, limits, expect } = request;
  // A character may come in two pieces.
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return execute(sandbox, {
    files: files.map(({ path, content }) => ({ path, content: Buffer.from(content) })),
    argv: argvOf(command!),
    stdin: Buffer.from(stdin),
    limits: limitsOf(limits),
    signal,
    ...(expect ? { expect } : {}),
    ...(tell
      ? {
          onOutput: (channel, chunk) => {
            const text = decoders[channel].decode(chunk, { stream: true });
            if (text !== "") tell(channel === "stderr" ? OutputChannel.STDERR : OutputChannel.STDOUT, text);
          },
        }
      : {}),
  });
}

function argvOf(command: Command): string[] {
  return command.form.case === "shell" ? ["/bin/sh", "-c", command.form.value] : (command.form.value?.args ?? []);
}

function limitsOf(limits: Limits | undefined): SandboxLimits {
  const asked: Partial<Record<keyof SandboxLimits, number | undefined>> = {
    wallMs: msOf(limits?.wall),
    cpuMs: msOf(limits?.cpu),
    memoryBytes: Number(limits?.memory ?? 0n),
    outputBytes: Number(limits?.output ?? 0n),
    processes: limits?.processes,
  };
  const entries = Object.entries(defaultLimits).map(([name, usual]) => {
    const key = name as keyof SandboxLimits;
    return [key, Math.min(asked[key] || usual, largest[key])];
  });
  return Object.fromEntries(entries) as unknown as SandboxLimits;
}

function msOf(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : durationMs(duration);
}
