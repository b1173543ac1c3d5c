// The life of one process: reads its configuration, serves, says where, and leaves in order on a signal.
import { messageOf } from "#core/failure.ts";
import { type Log, openLog } from "#telemetry/log.ts";
import { type Metrics, openMetrics } from "#telemetry/metrics.ts";
import { type Config, readConfig } from "./config.ts";
import { keepYoung } from "./keep-young.ts";
import { leanBind } from "./lean-bind.ts";
import { portHolder } from "./port-holder.ts";
import { reuseWriter } from "./reuse-writer.ts";
import { type ServeOptions, serve } from "./serve.ts";

export type AgentName = "claude" | "gemini" | "codex";
export type ProcessName = AgentName | "gateway";

/** What a process adds to what every process has. */
export interface Parts
  extends Pick<ServeOptions, "services" | "routes" | "ready">,
    Partial<Pick<ServeOptions, "interceptors" | "http" | "unbounded" | "deadlines" | "limit">> {
  /** Called when the process listens. */
  listening?: (url: string) => void;
  /** Called after the last call has ended. */
  close?: () => Promise<void>;
}

export interface Tools {
  config: Config;
  log: Log;
  metrics: Metrics;
}

const portVariables = {
  claude: "SYNAPSE_CLAUDE_PORT",
  gemini: "SYNAPSE_GEMINI_PORT",
  codex: "SYNAPSE_CODEX_PORT",
  gateway: "SYNAPSE_GATEWAY_PORT",
} as const satisfies Record<ProcessName, keyof Config>;

/** Runs the process to its end. Exit codes: 0 left in order, 1 could not go on, 2 bad configuration, 130 second signal. */
export async function runProcess(name: ProcessName, assemble: (tools: Tools) => Promise<Parts>): Promise<void> {
  process.title = `synapse-${name}`;
  keepYoung();
  leanBind();
  reuseWriter();
  const config = configOrExit();
  const log = openLog(name, config.SYNAPSE_LOG_LEVEL);
  process.on("uncaughtException", (error) => {
    log.fatal({ error }, "uncaught exception: the process ends");
    process.exit(1);
  });
  try {
    const metrics = openMetrics();
    const parts = await assemble({ config, log, metrics });
    const port = config[portVariables[name]];
    const served = await serve({
      ...parts,
      name,
      host: config.SYNAPSE_HOST,
      port,
      origin: {
        hosts: [config.SYNAPSE_HOST, ...config.SYNAPSE_ALLOWED_HOSTS],
        origins: config.SYNAPSE_ALLOWED_ORIGINS,
      },
      rpc: config.SYNAPSE_RPC,
      drainDelayMs: config.SYNAPSE_DRAIN_DELAY_MS,
      log,
      metrics,
    });
    parts.listening?.(served.url);
    leaveOnSignal(log, async () => {
      await served.drain();
      await parts.close?.();
    });
    announce(name, served.url, log);
  } catch (error) {
    await explain(error, name, config);
    process.exit(1);
  }
}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(2);
  }
}

/** On stdout for a person, and to the parent when there is one. */
function announce(name: ProcessName, url: string, log: Log): void {
  log.info({ url }, "listening");
  process.stdout.write(`${name} ${url}\n`);
  process.send?.({ kind: "listening", name, url });
}

function leaveOnSignal(log: Log, leave: () => Promise<void>): void {
  let leaving = false;
  const go = (why: string) => {
    if (leaving) process.exit(130);
    leaving = true;
    log.info({ why }, "leaving");
    leave().then(
      () => process.exit(0),
      (error) => {
        log.error({ error }, "could not leave in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => go("SIGTERM"));
  process.on("SIGINT", () => go("SIGINT"));
  // A parent that died can't stop its children: they see the channel close.
  // That is no second signal: a parent may stop its children and then leave.
  if (process.connected) process.on("disconnect", () => leaving || go("the parent is gone"));
}

async function explain(error: unknown, name: ProcessName, config: Config): Promise<void> {
  const { code } = error as NodeJS.ErrnoException;
  const variable = portVariables[name];
  const where = `${config.SYNAPSE_HOST}:${config[variable]}`;
  if (code === "EADDRINUSE") {
    const holder = (await portHolder(config[variable])) ?? "another process";
    process.stderr.write(
      `${name} can't listen on ${where}: ${holder} does. Set ${variable} to another port, or to 0.\n`,
    );
  } else if (code === "EACCES" || code === "EADDRNOTAVAIL") {
    process.stderr.write(`${name} can't listen on ${where}: ${code}. Change SYNAPSE_HOST or ${variable}.\n`);
  } else {
    process.stderr.write(`${name} can't start: ${messageOf(error)}\n`);
  }
}
