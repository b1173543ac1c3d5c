// How much a call matters when there is too much to do: said in a header, passed on by each hop, raised by none.
import { type ContextKey, createContextKey } from "@connectrpc/connect";
import type { Interceptor } from "#core/call.ts";

/** Google's levels (Site Reliability Engineering, ch. 21, "Criticality"), what matters most first. */
export const criticalities = ["CRITICAL_PLUS", "CRITICAL", "SHEDDABLE_PLUS", "SHEDDABLE"] as const;
export type Criticality = (typeof criticalities)[number];

export const criticalityHeader = "synapse-criticality";

/** What a call is that says nothing, or nothing that is known. */
export const usualCriticality: Criticality = "CRITICAL";

/** The level of the call being served, or of work that came in otherwise: calls made on its behalf are no higher. */
export const criticalityKey: ContextKey<Criticality | undefined> = createContextKey<Criticality | undefined>(undefined);

const levels = new Map<string, Criticality>(criticalities.map((level) => [level, level]));

/** What the header says; undefined where it says no level. */
export function statedCriticality(header: Headers): Criticality | undefined {
  const text = header.get(criticalityHeader);
  return text === null ? undefined : levels.get(text);
}

/** The one that matters less. */
export function lesser(one: Criticality, other: Criticality): Criticality {
  return criticalities.indexOf(one) < criticalities.indexOf(other) ? other : one;
}

/**
 * Interceptor for clients, once a call: what is done for another call, or for work with a level of its own, says at most
 * its level, whatever the call itself asks for. Unary and streams.
 */
export function criticality(): Interceptor {
  return (next) => (req) => {
    const parent = req.contextValues.get(criticalityKey);
    if (parent === undefined) return next(req);
    // The transport made these headers for this call.
    req.header.set(criticalityHeader, lesser(statedCriticality(req.header) ?? parent, parent));
    return next(req);
  };
}
