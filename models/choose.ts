// Chooses the engine an agent thinks with. What is configured and cannot be had is an error, never another engine.
import { readFile } from "node:fs/promises";
import { type Clock, systemClock } from "#core/clock.ts";
import { type AgentName, type EngineSetting, type Provider, providers } from "#core/engine-setting.ts";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { type PriceTable, priceTable } from "#ledger/prices.ts";
import { chain } from "./chain.ts";
import { type Decided, type Decision, decide } from "./decide.ts";
import { deferred } from "./deferred.ts";
import type { Engine } from "./engine.ts";
import type { Model } from "./model.ts";
import { nameOf } from "./model.ts";
import type { LocalServer } from "./sdk/probe.ts";
import { isLoopback } from "./sdk/settings.ts";
import type { ThinkerOptions } from "./thinker.ts";

export interface ProviderLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** What the model can see at once, its answer included. */
  readonly contextTokens?: number;
  /** The longest answer it gives. */
  readonly outputTokens?: number;
}

/** What a user set for the engines of an agent. */
export interface EngineSettings {
  readonly agent: AgentName;
  readonly setting: EngineSetting;
  readonly keys: Readonly<Partial<Record<Provider | "compatible", string>>>;
  readonly urls: Readonly<Partial<Record<Provider, string>>>;
  readonly limits: Readonly<Partial<Record<Provider | "compatible", ProviderLimits>>>;
  /** A JSON file with prices that stand before the built-in ones. */
  readonly pricesFile?: string;
  /** Whether research may search the web. */
  readonly search: boolean;
  /** What command lines of others find in their environment, as far as they need it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How the world is reached; tests have their own. */
export interface Openers {
  model: (engine: Exclude<Decided, { kind: "builtin" }>, settings: EngineSettings, clock: Clock) => Promise<Model>;
  local: () => Promise<readonly LocalServer[]>;
  clock: Clock;
}

export interface Chosen {
  readonly engine: Engine;
  /** Who would answer, such as "anthropic:MODEL > openai:MODEL", and why. */
  decision(): Promise<{ name: string; why: string }>;
}

const ways: Openers = { model: openModel, local: localServers, clock: systemClock };

/** Rejects when a key or a price is missing for what is configured. A model is loaded when it is first asked. */
export async function chooseEngine(settings: EngineSettings, openers: Partial<Openers> = {}): Promise<Chosen> {
  const { model, local, clock } = { ...ways, ...openers };
  const hasKey = (provider: Provider) => Boolean(settings.keys[provider]);
  const deciding = () => decide({ ...settings, hasKey, local });
  const isOpen = settings.setting[0].kind === "auto" && !providers.some(hasKey);
  if (isOpen) {
    // Servers on this machine are looked for when it matters, and once.
    let decision: Promise<Decision> | undefined;
    const decided = () => (decision ??= deciding());
    const engine = deferred({ kind: "builtin", model: "recipes" }, async () => made(await decided(), priceTable()));
    return { engine, decision: async () => told(await decided()) };
  }
  const decision = await deciding();
  for (const engine of decision.engines) demandKey(engine, settings);
  const engine = made(decision, await prices(settings, decision));
  return { engine, decision: async () => told(decision) };

  function made({ engines: [first, ...rest] }: Decision, prices: PriceTable): Engine {
    const one = (decided: Decided) =>
      deferred({ kind: decided.kind, model: decided.model }, async () => {
        if (decided.kind === "builtin") return (await import("./builtin/builtin.ts")).builtinEngine();
        const [opened, { thinker }] = await Promise.all([model(decided, settings, clock), import("./thinker.ts")]);
        const { search } = settings;
        return thinker(opened, { prices, search, ...roomFor(decided, settings) });
      });
    return chain([one(first), ...rest.map(one)], clock);
  }
}

/** What fits an engine: small models see little at once, command lines bring words of their own. */
function roomFor(engine: Decided, { keys, limits }: EngineSettings): Partial<ThinkerOptions> {
  if (engine.kind === "builtin") return {};
  if (engine.kind === "cli") return { overheadTokens: 16_384 };
  // A key makes it a proxy to somebody who is paid.
  const isLocal = engine.kind === "compatible" && !keys.compatible && isLoopback(engine.url);
  const { contextTokens, outputTokens } = { ...(isLocal ? small : {}), ...limits[engine.kind] };
  const answer = outputTokens ?? 0;
  return {
    isLocal,
    ...(outputTokens && { maxOutputTokens: outputTokens }),
    ...(contextTokens && { contextBytes: Math.max(4096, (contextTokens - answer - ownTokens) * bytesPerToken) }),
  };
}

/** What models on one's own machine can do, where nothing else is said. */
const small = { contextTokens: 24_576, outputTokens: 8192 };
/** A prompt's own words, its schema and its fences. */
const ownTokens = 2048;
/** Of code; English has more. */
const bytesPerToken = 3;

function told({ engines, why }: Decision): { name: string; why: string } {
  return { name: engines.map(nameOf).join(" > "), why };
}

const keyNames = { anthropic: "ANTHROPIC_API_KEY", google: "GEMINI_API_KEY", openai: "OPENAI_API_KEY" } as const;

/** A provider's own address takes no call without a key; a proxy may. */
function demandKey(engine: Decided, { agent, keys, urls }: EngineSettings): void {
  if (engine.kind === "builtin" || engine.kind === "compatible" || engine.kind === "cli") return;
  if (keys[engine.kind] || urls[engine.kind]) return;
  const name = keyNames[engine.kind];
  const variable = `SYNAPSE_${agent.toUpperCase()}_ENGINE`;
  throw failure(
    Reason.ENGINE_AUTH,
    `${nameOf(engine)} needs a key: set ${name}, or ${name}_FILE to a file of mode 0600 that holds it, or choose another engine with ${variable}`,
  );
}

async function prices({ pricesFile }: EngineSettings, { engines }: Decision): Promise<PriceTable> {
  if (pricesFile === undefined || engines.every(({ kind }) => kind === "builtin")) return priceTable();
  const [{ priceOverrides }, text] = await Promise.all([
    import("#ledger/price-overrides.ts"),
    readFile(pricesFile, "utf8").catch((cause) => {
      throw failure(Reason.INVALID_INPUT, `SYNAPSE_PRICES: ${messageOf(cause)}`, { cause });
    }),
  ]);
  return priceTable(priceOverrides(text, `SYNAPSE_PRICES=${pricesFile}`));
}

async function openModel(engine: Exclude<Decided, { kind: "builtin" }>, settings: EngineSettings, clock: Clock) {
  if (engine.kind === "cli") {
    const { cliModel } = await import("./cli/open.ts");
    const { cli, asks } = engine;
    return cliModel({ cli, env: settings.environment, clock, ...(asks && { model: asks }) });
  }
  const { sdkModel } = await import("./sdk/open.ts");
  const { kind, model } = engine;
  const baseUrl = kind === "compatible" ? engine.url : settings.urls[kind];
  const { requestsPerMinute: requests, tokensPerMinute: tokens } = settings.limits[kind] ?? {};
  const limits = { ...(requests && { requestsPerMinute: requests }), ...(tokens && { tokensPerMinute: tokens }) };
  return sdkModel({ kind, model, apiKey: settings.keys[kind], baseUrl, limits, clock });
}

async function localServers(): Promise<readonly LocalServer[]> {
  const { probe } = await import("./sdk/probe.ts");
  return probe();
}
