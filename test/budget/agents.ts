// Two replicas of each agent in this process: real engines over the simulator, real journals and deduplication, and both can be killed.
import { type ConnectRouter, createRouterTransport, type Transport } from "@connectrpc/connect";
import type { AgentName, Agents } from "#clients/agents.ts";
import { agentsConfig } from "#clients/agents.ts";
import { agentFallback } from "#clients/fallbacks.ts";
import { client } from "#core/callable.ts";
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import type { PriceTable } from "#ledger/prices.ts";
import { whole } from "#models/answers.ts";
import { chain } from "#models/chain.ts";
import type { Engine } from "#models/engine.ts";
import type { Model } from "#models/model.ts";
import { sdkModel } from "#models/sdk/open.ts";
import { thinker } from "#models/thinker.ts";
import type { Happening } from "#resilience/happening.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { type ResilientTransport, resilientTransport } from "#resilience/stack.ts";
import { deduplicating, type StoredResponse } from "#runtime/deduplicate.ts";
import { claudeRoutes } from "#services/claude/routes.ts";
import { geminiRoutes } from "#services/gemini/routes.ts";
import { type Line, line, type Peer } from "./line.ts";

export interface AgentsUnderTest {
  /** What a gateway calls; it hears of nothing any more when its own line is cut. */
  callers(
    mine: Line,
    observe: (happening: Happening) => void,
  ): Pick<Agents, "claude" | "gemini" | "codex"> & { close(): Promise<void> };
  /** Ends a process with all it had in memory; another one takes its place at once. */
  kill(agent: AgentName, replica: number): void;
  close(): void;
}

export interface AgentsOptions {
  url: string;
  prices: PriceTable;
  clock: Clock;
  rng: Rng;
}

const names = ["claude", "gemini", "codex"] as const;

/** The engines of the chain, as the test's price list knows them. */
export const priced = [
  { kind: "anthropic", model: "large", input: 5, output: 25 },
  { kind: "openai", model: "small", input: 0.7, output: 2.8 },
] as const;

async function engineOver({ url, prices, clock }: AgentsOptions): Promise<Engine> {
  const models = await Promise.all(
    priced.map(({ kind, model }) => sdkModel({ kind, model, apiKey: "a-key", baseUrl: url, clock, limits: {} })),
  );
  const [first, second] = models.map((model: Model) => thinker(model, { prices }));
  return chain([first!, second!], clock);
}

export async function agentsUnderTest(options: AgentsOptions): Promise<AgentsUnderTest> {
  const engine = await engineOver(options);
  const replicas = new Map<string, Peer>();
  const stores = new Map(names.map((name) => [name, new Map<string, StoredResponse>()]));

  function born(name: AgentName): Peer {
    const journal = journaling({ key: Buffer.alloc(32, 7), owner: `${name}-${options.rng.float()}` });
    const kept = stores.get(name)!;
    const store = {
      find: (key: string) => kept.get(key),
      save(key: string, fingerprint: string, messages: Uint8Array[]) {
        if (!death.signal.aborted && !kept.has(key)) kept.set(key, { fingerprint, messages });
      },
    };
    const death = new AbortController();
    const transport: Transport = createRouterTransport((router) =>
      routes[name](deduplicating(journal.around(router), store), engine),
    );
    const die = () => {
      death.abort();
      journal.close();
    };
    return { transport, signal: death.signal, die };
  }

  const urlOf = (name: string, replica: number) => `http://${name}-${replica}`;
  for (const name of names) for (const n of [0, 1]) replicas.set(urlOf(name, n), born(name));

  return {
    callers(mine, observe) {
      const transports: ResilientTransport[] = [];
      const over = (name: AgentName): Transport => {
        const transport = resilientTransport({
          agent: name,
          endpoints: [0, 1].map((n) => ({ url: urlOf(name, n) })),
          transport: (url) => line(mine, () => replicas.get(url.replace(/\/$/, ""))!),
          config: { ...agentsConfig, health: false, methods: hedged },
          fallback: agentFallback(),
          observe,
          clock: options.clock,
          rng: options.rng,
        });
        transports.push(transport);
        return transport;
      };
      return {
        claude: client(ClaudeService, over("claude")),
        gemini: client(GeminiService, over("gemini")),
        codex: client(CodexService, over("codex")),
        close: async () => void (await Promise.all(transports.map((transport) => transport.close(0)))),
      };
    },
    kill(name, replica) {
      const old = replicas.get(urlOf(name, replica))!;
      replicas.set(urlOf(name, replica), born(name));
      old.die();
    },
    close() {
      for (const each of replicas.values()) each.die();
    },
  };
}

/** Research that does not begin soon is asked of the other replica too. */
const hedged = { "synapse.v1.GeminiService/StreamResearch": { hedge: { delayMs: 40 } } };

const routes: Record<AgentName, (router: ConnectRouter, engine: Engine) => void> = {
  claude: claudeRoutes,
  gemini: geminiRoutes,
  codex(router, engine) {
    router.service(CodexService, {
      async writeTests(request, called) {
        const { value, ...telling } = await whole(engine, called, (thinking) => engine.writeTests(request, thinking));
        return { files: value.files, cases: value.cases, count: value.count, ...telling };
      },
      /** Runs nothing: the code says itself whether it is right. */
      async *streamExecute({ request }) {
        const text = request!.files.map(({ content }) => content).join("\n");
        const wrong = /wrong in way (\d)/.exec(text)?.[1];
        const execution = {
          outcome: wrong === undefined ? Outcome.PASSED : Outcome.NOT_PASSED,
          explanation: wrong === undefined ? "all passed" : "1 failed",
          tests: { passed: wrong === undefined ? 1 : 0, failed: wrong === undefined ? 0 : 1, signature: wrong ?? "" },
        };
        const value = { case: "execution" as const, value: execution };
        const result = { engine: { kind: "sandbox", model: "none" }, value };
        yield { event: { attempt: 1, body: { case: "result" as const, value: result } } };
      },
    });
  },
};
