// How much is measured: the full form gives numbers one may quote, the quick one shows that nothing broke.

export interface Sizes {
  /** Calls of each pair before anything counts, one after another and 32 at a time. */
  warmUpCalls: number;
  /** Slices of calls one after another, and the calls of each. */
  unarySlices: number;
  unaryCalls: number;
  /** Slices with 32, and with 128 calls at a time, and the calls of each. */
  concurrentSlices: number;
  concurrentCalls: number;
  /** Streams, and the messages of each. */
  streamSlices: number;
  streamMessages: number;
  /** Slices of h2load, and the requests of each. */
  aloneSlices: number;
  aloneRequests: number;
  /** Starts of each server. */
  starts: number;
}

/** About eight minutes on two cores that have nothing else to do. */
export const full: Sizes = {
  warmUpCalls: 10_000,
  unarySlices: 11,
  unaryCalls: 1600,
  concurrentSlices: 9,
  concurrentCalls: 4000,
  streamSlices: 9,
  streamMessages: 10_000,
  aloneSlices: 9,
  aloneRequests: 5000,
  starts: 9,
};

/** Under a minute, also with a busy neighbour. */
export const quick: Sizes = {
  warmUpCalls: 500,
  unarySlices: 3,
  unaryCalls: 300,
  concurrentSlices: 3,
  concurrentCalls: 500,
  streamSlices: 3,
  streamMessages: 3000,
  aloneSlices: 3,
  aloneRequests: 1000,
  starts: 3,
};
