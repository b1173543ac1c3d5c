// Machine: two buckets that fill evenly over a minute, one of requests and one of tokens; an ask takes from both at once.
//
//   full --takes--> less --time--> full
//   less than an ask needs: it waits for as long as the missing part takes to come

/** What a provider's key allows; a rate that is absent is not limited. */
export interface RateLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

export interface Buckets {
  readonly requests: number;
  readonly tokens: number;
  /** When they were filled up to these levels. */
  readonly at: number;
}

/** What an ask takes. */
export interface Need {
  readonly requests: number;
  readonly tokens: number;
}

const minuteMs = 60_000;

export const capacity = ({ requestsPerMinute = Infinity, tokensPerMinute = Infinity }: RateLimits): Need => ({
  requests: requestsPerMinute,
  tokens: tokensPerMinute,
});

export const full = (limits: RateLimits, now: number): Buckets => ({ ...capacity(limits), at: now });

export function filled(buckets: Buckets, limits: RateLimits, now: number): Buckets {
  const most = capacity(limits);
  const share = Math.max(0, now - buckets.at) / minuteMs;
  const level = (left: number, max: number) => (max === Infinity ? Infinity : Math.min(max, left + share * max));
  return { requests: level(buckets.requests, most.requests), tokens: level(buckets.tokens, most.tokens), at: now };
}

/** How long until there is enough. What needs more than a full bucket waits for a full one, and is paid off afterwards. */
export function waitMs(buckets: Buckets, need: Need, limits: RateLimits): number {
  const most = capacity(limits);
  const wait = (left: number, needed: number, max: number) => {
    const missing = Math.min(needed, max) - left;
    return max === Infinity || missing <= 0 ? 0 : (missing / max) * minuteMs;
  };
  return Math.ceil(
    Math.max(wait(buckets.requests, need.requests, most.requests), wait(buckets.tokens, need.tokens, most.tokens)),
  );
}

/** Levels may fall below nothing: that is a debt, which time pays. What is given back is a need below nothing. */
export function taken(buckets: Buckets, need: Need): Buckets {
  return { ...buckets, requests: buckets.requests - need.requests, tokens: buckets.tokens - need.tokens };
}
