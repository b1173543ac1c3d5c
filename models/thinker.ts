// Makes an engine of a model: prompts go in, answers are held against their schema, and what will not do is asked for once more.
import { create } from "@bufbuild/protobuf";
import { failure, messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { tokensOf } from "#ledger/estimate.ts";
import { type PriceTable, priced, priceTable } from "#ledger/prices.ts";
import type { Answer, Engine, Thinking } from "./engine.ts";
import { type Model, nameOf, type Reply } from "./model.ts";
import { analysis } from "./prompts/analysis.ts";
import { code } from "./prompts/code.ts";
import { plan } from "./prompts/plan.ts";
import { type Again, type Prompt, schemaText, written } from "./prompts/prompt.ts";
import { shaped, unfit } from "./prompts/read.ts";
import { research } from "./prompts/research.ts";
import { review } from "./prompts/review.ts";
import { tests } from "./prompts/tests.ts";
import { Fault, providerFailure } from "./provider-failure.ts";
import { openPurse, type Purse } from "./purse.ts";
import { attemptOf, together, withSpent } from "./spent.ts";
import { toldAsText } from "./told-as-text.ts";

export interface ThinkerOptions {
  prices: PriceTable;
  /** How much context a prompt shows at most. */
  contextBytes: number;
  /** The longest answer the model gives; prompts ask for no more. */
  maxOutputTokens: number;
  /** Whether research may search the web. */
  search: boolean;
  /** The model runs on this machine and costs no money. */
  isLocal: boolean;
  /** What is sent beside the prompt, such as a command line's own words. */
  overheadTokens: number;
}

const defaults: Omit<ThinkerOptions, "prices"> = {
  contextBytes: 384 * 1024,
  maxOutputTokens: 32_768,
  search: false,
  isLocal: false,
  overheadTokens: 512,
};

/** What pages that are searched for may add to the input; an estimate, for providers set no limit. */
const searchTokens = 32_000;

/** Rejects as every engine does; the error's Spending holds all that was spent, the repair round's too. */
export function thinker(model: Model, options: Partial<ThinkerOptions> = {}): Engine {
  const {
    prices = priceTable(),
    contextBytes,
    maxOutputTokens,
    search,
    isLocal,
    overheadTokens,
  } = {
    ...defaults,
    ...options,
  };
  const engine = nameOf(model);

  /** Asks once; why the answer will not do is told, when it can be asked for again. */
  async function tried<R, V>({ prompt, request, thinking, purse, spent }: Work<R, V>, again?: Again) {
    thinking.signal.throwIfAborted();
    const { prompt: version, system, text, items, bytes } = written(prompt, request, contextBytes, again);
    // What a search costs stands in no price, so a budget in money could not hold it.
    const searches = search && prompt.searches === true && thinking.allowance?.nanoUsd === undefined;
    const sent = tokensOf(system) + tokensOf(text) + tokensOf(schemaText(prompt.schema));
    const admitted = purse.admit({
      engine: model,
      inputTokens: sent + overheadTokens + (searches ? searchTokens : 0),
      outputTokens: Math.min(prompt.maxOutputTokens, maxOutputTokens),
      price: prices.priceOf(model),
      isLocal,
    });
    thinking.shows?.({ prompt: version, engine, items: [...items], bytes });
    const settle = (usages: readonly Usage[], searched = false) => {
      const costs = usages
        .map((usage) => priced(usage, model, prices))
        .map((usage) => (searched ? guessed(usage) : usage));
      spent.push(...costs);
      purse.settle(admitted, costs.length > 0 ? together(costs) : undefined);
    };
    const { name, schema } = prompt;
    const ask = { name, system, prompt: text, schema, maxOutputTokens: admitted.outputTokens, search: searches };
    const { signal } = thinking;
    let reply: Reply;
    try {
      reply = await model.ask({ ...ask, signal, say: toldAsText(thinking.say) });
    } catch (error) {
      settle(spentOn(error).flatMap(({ usage }) => usage ?? []));
      // An answer that was cut because money is short would be cut again.
      if (again || admitted.isLess || reasonOf(error) !== Reason.ENGINE_OUTPUT) throw error;
      return { ...unfit([messageOf(error)]), answer: "" };
    }
    settle([reply.usage], reply.sources.length > 0);
    const shape = shaped(prompt.schema, reply.value, prompt.absent);
    const read = shape.kind === "fit" ? await prompt.read(shape.value, request, reply.sources) : shape;
    if (read.kind === "unfit" && again) throw misfit(engine, read.why, reply);
    return { ...read, answer: reply.text };
  }

  async function think<R, V>(prompt: Prompt<R, V>, request: R, thinking: Thinking): Promise<Answer<V>> {
    const spent: Usage[] = [];
    const work = { prompt, request, thinking, purse: thinking.purse ?? openPurse(thinking.allowance), spent };
    try {
      let read = await tried(work);
      if (read.kind === "unfit") {
        thinking.say(`\nThe answer can't be used, so it is asked for once more: ${read.why}\n`, "reasoning");
        read = await tried(work, read);
      }
      if (read.kind === "unfit") throw failure(Reason.ENGINE_OUTPUT, read.why);
      return { value: read.value, usage: together(spent) };
    } catch (error) {
      throw spent.length > 0 ? withSpent(error, [attemptOf(error, engine, together(spent))]) : error;
    }
  }

  return {
    kind: model.kind,
    model: model.model,
    plan: (request, thinking) => think(plan, request, thinking),
    research: (request, thinking) => think(research, request, thinking),
    generateCode: (request, thinking) => think(code, request, thinking),
    writeTests: (request, thinking) => think(tests, request, thinking),
    reviewCode: (request, thinking) => think(review, request, thinking),
    async analyze(request, thinking) {
      // Facts come from parsing, and first: what fails then has cost nothing.
      const { analyze } = await import("./builtin/analyze.ts");
      const { files } = await analyze(request, { signal: thinking.signal });
      const { value, ...cost } = await think(analysis, request, thinking);
      return { value: { ...value, files }, ...cost };
    },
  };
}

interface Work<R, V> {
  readonly prompt: Prompt<R, V>;
  readonly request: R;
  readonly thinking: Thinking;
  readonly purse: Purse;
  /** All requests so far. */
  readonly spent: Usage[];
}

/** The fee of a search is missing from the cost. */
function guessed(usage: Usage): Usage {
  const isMeasured = usage.costProvenance === Provenance.MEASURED;
  return isMeasured ? create(UsageSchema, { ...usage, costProvenance: Provenance.ESTIMATED }) : usage;
}

/** Of what is wrong an error tells less than the model is told: it travels in headers, beside those of a chain's others. */
const maxWhy = 500;

function misfit(engine: string, why: string, { value, requestId }: Reply) {
  const fault = value === undefined ? Fault.MALFORMED : Fault.SCHEMA;
  const message = `${engine} gave no answer of the form that was asked for, also when told what is wrong with it: ${why.slice(0, maxWhy).toWellFormed()}`;
  return providerFailure({ engine, fault, message, requestId });
}
