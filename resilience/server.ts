// What a server needs to be a good peer of resilient clients, in one place.
export { crossOrigin } from "./cross-origin.ts";
export type { DurableJournal } from "./resume/journal-store.ts";
export { type Journaling, journaling } from "./resume/journaling.ts";
export type { JournalingOptions, LostStream } from "./resume/journaling-options.ts";
export { type ConcurrencyLimit, type ConcurrencyLimitOptions, concurrencyLimit } from "./server/concurrency-limit.ts";
export { type Criticality, criticalityHeader, criticalityKey } from "./server/criticality.ts";
export { relay } from "./server/relay.ts";
