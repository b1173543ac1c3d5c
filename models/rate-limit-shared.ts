// One rate limit for each key of a provider, however many models of a process share it.
import { createHash } from "node:crypto";
import type { Clock } from "#core/clock.ts";
import { spentOn } from "#core/failure.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import { tokensOf } from "#ledger/estimate.ts";
import { type Ask, type Model, nameOf } from "./model.ts";
import { Fault, providerFailure } from "./provider-failure.ts";
import { type RateLimit, type RateLimits, rateLimit } from "./rate-limit.ts";
import { left } from "./sdk/left.ts";

export interface RateLimitShares {
  /** The limit of who has the key at this place. */
  of(place: string, apiKey: string, limits: RateLimits, clock: Clock): RateLimit;
}

/** The process's own is `rateLimits`; tests make theirs. */
export function rateLimitShares(): RateLimitShares {
  const shares = new Map<string, RateLimit>();
  return {
    of(place, apiKey, limits, clock) {
      // The key itself is kept nowhere.
      const name = createHash("sha256")
        .update(JSON.stringify([place, apiKey]))
        .digest("hex");
      const known = shares.get(name);
      known?.tighten(limits);
      const limit = known ?? rateLimit(limits, clock);
      shares.set(name, limit);
      return limit;
    },
  };
}

export const rateLimits = rateLimitShares();

/** An ask whose turn would come later than this is refused with the time of its turn. */
const maxWaitMs = 60_000;

/** The same model, whose asks wait for their turn. */
export function rateLimited(model: Model, limit: RateLimit): Model {
  return {
    kind: model.kind,
    model: model.model,
    async ask(ask) {
      const turn = await limit.take(mayTake(ask), maxWaitMs, ask.signal).catch(() => {
        throw left(nameOf(model), ask.signal);
      });
      if ("waitMs" in turn) throw tooMany(nameOf(model), turn.waitMs);
      let spent = 0;
      try {
        const reply = await model.ask(ask);
        spent = tokensIn(reply.usage);
        return reply;
      } catch (error) {
        spent = spentOn(error).reduce((sum, { usage }) => sum + (usage ? tokensIn(usage) : 0), 0);
        throw error;
      } finally {
        turn.spent(spent);
      }
    },
  };
}

const mayTake = ({ system, prompt, maxOutputTokens }: Ask) => tokensOf(system) + tokensOf(prompt) + maxOutputTokens;

/** What is read from a cache counts for no provider's rate. */
const tokensIn = (usage: Usage) => Number(usage.inputTokens + usage.cacheWriteTokens + usage.outputTokens);

function tooMany(engine: string, waitMs: number) {
  const message = `${engine} has no turn for ${Math.ceil(waitMs / 1000)} s: the rate set for its key is used up`;
  return providerFailure({ engine, fault: Fault.RATE_LIMIT, message, retryAfterMs: waitMs });
}
