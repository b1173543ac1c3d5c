// `synapse up`: keeps the four processes running, shows how they are, and ends them in order.
import { readiness } from "#clients/readiness.ts";
import { messageOf } from "#core/failure.ts";
import type { ProcessName } from "#runtime/process.ts";
import type { Context } from "../context.ts";
import { ExitCode, ending } from "../exit-codes.ts";
import { type Fleet, fleet, type Ports, processNames } from "../fleet.ts";
import { interrupts } from "../interrupts.ts";
import { printList } from "../output.ts";
import { freePorts } from "../ports.ts";
import { reachable } from "../reachable.ts";
import { type UpView, upView } from "../up-view.ts";

const healthEveryMs = 2000;
/** A process cuts its last calls 25 s after it began to leave. */
const drainMs = 26_000;

export async function up(context: Context): Promise<number> {
  const { config, env, clock } = context;
  const ports = await portsOf(context);
  const view = upView(context.stderr);
  // Nobody balances over these processes unless the user says how long that takes to notice.
  const drainDelayMs = env.SYNAPSE_DRAIN_DELAY_MS ? config.SYNAPSE_DRAIN_DELAY_MS : 0;
  const own = fleet({
    ports,
    host: config.SYNAPSE_HOST,
    env: { ...env, SYNAPSE_DRAIN_DELAY_MS: String(drainDelayMs) },
    on: (name) => ({
      onLine: (line) => view.log(name, line),
      onUp(url) {
        view.set(name, { kind: "up", url, ready: false, says: "" });
        void check(view, name, url);
      },
      onDown: (why, waitMs) => view.set(name, { kind: "down", why, waitMs }),
    }),
  });
  const leaving = Promise.withResolvers<void>();
  const callOff = interrupts({
    first: leaving.resolve,
    second() {
      own.kill();
      process.exit(ExitCode.interrupted);
    },
    terminate: leaving.resolve,
  });
  try {
    const urls = await Promise.race([own.listening, leaving.promise]);
    if (urls) {
      announce(context, urls);
      const checkAll = () => view.urls().map(([name, url]) => check(view, name, url));
      // The gateway is ready once the agents are.
      checkAll();
      const callOffChecks = clock.every(healthEveryMs, checkAll);
      await leaving.promise;
      callOffChecks();
    }
    await stop(own, view, drainDelayMs + drainMs);
    return ExitCode.done;
  } catch (error) {
    view.end();
    own.kill();
    throw ending(ExitCode.failed, messageOf(error));
  } finally {
    callOff();
    view.end();
  }
}

async function stop(own: Fleet, view: UpView, graceMs: number): Promise<void> {
  view.note("stopping; Ctrl-C again kills");
  for (const name of processNames) view.set(name, { kind: "stopping" });
  await own.stop(graceMs);
}

/** The configured ports; 0 becomes a free one, because the gateway must know where the agents are. */
async function portsOf({ config }: Context): Promise<Ports> {
  const free = await freePorts(processNames.length, reachable(config.SYNAPSE_HOST).replace(/^\[|\]$/g, ""));
  const configured: Ports = {
    gateway: config.SYNAPSE_GATEWAY_PORT,
    claude: config.SYNAPSE_CLAUDE_PORT,
    gemini: config.SYNAPSE_GEMINI_PORT,
    codex: config.SYNAPSE_CODEX_PORT,
  };
  return Object.fromEntries(processNames.map((name, index) => [name, configured[name] || free[index]!])) as Ports;
}

/** Asks a process how it is; what it says of itself is shown. */
async function check(view: UpView, name: ProcessName, url: string): Promise<void> {
  const { ready, problem, engine, sandbox } = await readiness(url);
  const says = [problem, engine, sandbox && `sandbox ${sandbox}`].filter(Boolean).join(", ");
  view.checked(name, { kind: "up", url, ready, says });
}

/** On stdout for a program; the terminal shows it in its table. */
function announce(context: Context, urls: Record<ProcessName, string>): void {
  if (context.stdout.isTerminal && context.stderr.isLive) return;
  const entries = Object.entries(urls);
  if (context.format === "text") for (const [name, url] of entries) context.stdout.write(`${name} ${url}\n`);
  else
    printList(
      context,
      "processes",
      entries.map(([name, url]) => ({ name, url })),
    );
}
