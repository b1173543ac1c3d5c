// What a call that is being served leaves for the calls made on its behalf: its deadline, its signal and how much it matters.
import {
  type ContextKey,
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import { type Clock, systemClock } from "#core/clock.ts";
import { criticalityKey } from "../server/criticality.ts";

/** The call on whose behalf another is made. */
export interface Parent {
  /** When its caller gives up, on the clock, in milliseconds; Infinity for never. */
  readonly deadline: number;
}

export const parentKey: ContextKey<Parent | undefined> = createContextKey<Parent | undefined>(undefined);

/** Options of the calls a handler makes: `client.chat(req, inbound(context))`. They end with the call being served. */
export function inbound(
  context: Pick<HandlerContext, "timeoutMs" | "signal" | "values">,
  clock: Clock = systemClock,
): { signal: AbortSignal; contextValues: ContextValues } {
  // Asked once: Connect counts on a clock that people may set.
  let parent = context.values.get(parentKey);
  if (parent === undefined) {
    parent = within(context.timeoutMs(), clock);
    context.values.set(parentKey, parent);
  }
  const contextValues = createContextValues().set(parentKey, parent);
  const criticality = context.values.get(criticalityKey);
  if (criticality !== undefined) contextValues.set(criticalityKey, criticality);
  return { signal: context.signal, contextValues };
}

/** A parent that has so much time left; for work that did not come in by RPC. */
export function within(timeoutMs: number | undefined, clock: Clock = systemClock): Parent {
  return { deadline: timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs };
}
