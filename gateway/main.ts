// The gateway process: composes the workflow and keeps its runs.
import { join } from "node:path";
import { agents } from "#clients/agents.ts";
import { agentFallback } from "#clients/fallbacks.ts";
import { systemClock } from "#core/clock.ts";
import { systemRng } from "#core/rng.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { relay } from "#resilience/server/relay.ts";
import { runProcess } from "#runtime/process.ts";
import { openSecret } from "#store/secret.ts";
import { openStore } from "#store/store.ts";
import { app } from "./app.ts";
import { countActive, counted } from "./metrics.ts";
import { showResilience } from "./resilience-metrics.ts";
import { rpcRoutes, services } from "./routes/rpc.ts";
import { runs as makeRuns, type Runs } from "./runs.ts";
import { status as makeStatus } from "./status.ts";
import { workflows } from "./workflow/workflows.ts";

await runProcess("gateway", async ({ config, log, metrics }) => {
  const store = counted(openStore(config.SYNAPSE_DATA_DIR), metrics.meter);
  const urls = {
    claude: config.SYNAPSE_CLAUDE_URLS,
    gemini: config.SYNAPSE_GEMINI_URLS,
    codex: config.SYNAPSE_CODEX_URLS,
  };
  const peers = agents(urls, { rpc: config.SYNAPSE_RPC, fallback: agentFallback() });
  const engine = sqliteEngine({
    store,
    workflow: workflows({ agents: peers, store }),
    clock: systemClock,
    rng: systemRng,
    log,
  });
  countActive(engine, metrics.meter);
  showResilience(peers, metrics.meter);
  const status = makeStatus(peers, engine);
  const journal = journaling({ key: openSecret(join(config.SYNAPSE_DATA_DIR, "gateway.key")) });
  const leaving = new AbortController();
  const runs: Runs = makeRuns({ store, engine, draining: leaving.signal });
  return {
    services,
    // What an agent says about when to call again, and that it was an agent who failed, reaches who called the gateway.
    interceptors: [relay()],
    // Strangers call here: none of them may claim to matter more than the others.
    limit: { highest: "CRITICAL" },
    unbounded: [WorkflowService.method.watchRun, OperationsService.method.watchStatus],
    routes(router, draining) {
      draining.addEventListener("abort", () => leaving.abort(draining.reason), { once: true });
      rpcRoutes(router, { runs, status, agents: peers, journal, draining });
    },
    http: (base, tell) => app(base, { runs, agents: peers, tell }),
    async ready() {
      const { ready, agents: seen = [] } = await status.now();
      return {
        ready,
        details: { agents: seen.map(({ agent, ready, problem, engine }) => ({ agent, ready, problem, engine })) },
      };
    },
    listening(url) {
      store.announce(url);
      if (config.SYNAPSE_RESUME === "on") engine.resume();
    },
    async close() {
      journal.close();
      await engine.close();
      await peers.close(0);
      store.close();
    },
  };
});
