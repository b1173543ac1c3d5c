// The rounds: each measure goes through all pairs in turn, so that what disturbs the machine disturbs neighbours alike.
import { messageOf } from "#core/failure.ts";
import type { Alone } from "./alone.ts";
import type { Children } from "./children.ts";
import { type Ends, ends } from "./ends.ts";
import type { Pair } from "./pairs.ts";
import type { PairResult } from "./results.ts";
import type { Sizes } from "./sizes.ts";
import { average, percentile } from "./stats.ts";

export interface RoundOptions {
  pairs: readonly Pair[];
  sizes: Sizes;
  all: Children;
  descriptors: string;
  /** Absent when servers can't be measured alone. */
  alone: Alone | undefined;
  say: (words: string) => void;
}

interface Turn {
  pair: Pair;
  result: PairResult;
  latencies: number[];
  ends?: Ends;
}

export async function rounds(options: RoundOptions): Promise<PairResult[]> {
  const { sizes, say } = options;
  const turns = options.pairs.map(turnOf);

  /** Lets every pair that has not failed do something, one after another. */
  async function inTurn(work: (turn: Turn, ends: Ends) => Promise<void>): Promise<void> {
    for (const turn of turns) {
      if (turn.ends === undefined || turn.result.failed !== "") continue;
      await work(turn, turn.ends).catch((error) => fail(turn, error));
    }
  }
  const fail = async (turn: Turn, error: unknown) => {
    turn.result.failed = messageOf(error);
    say(`${turn.pair.id} failed: ${turn.result.failed}`);
    // What hangs must not disturb the others.
    await turn.ends?.end();
  };

  say(`starting ${turns.length} servers and clients`);
  for (const turn of turns) {
    try {
      turn.ends = await ends(turn.pair, options.all, sizes.streamMessages, options.descriptors);
    } catch (error) {
      await fail(turn, error);
    }
  }
  say("warming up");
  await inTurn((_, pair) => warmUp(pair, sizes));
  const taken = measures(options);
  const count = Math.max(...taken.map(({ slices }) => slices));
  for (let round = 0; round < count; round++) {
    say(`round ${round + 1} of ${count}`);
    for (const { slices, take } of taken) if (round < slices) await inTurn(take);
  }
  return turns.map(({ result, latencies }) => ({ ...result, pooled: pooled(latencies) }));
}

interface Measure {
  slices: number;
  take: (turn: Turn, ends: Ends) => Promise<void>;
}

/** What each round measures, as long as it has slices left. */
function measures({ sizes, alone }: RoundOptions): Measure[] {
  return [
    {
      slices: sizes.unarySlices,
      async take({ result, latencies }, pair) {
        const measured = await pair.unary(sizes.unaryCalls);
        result.unary.push(measured.slice);
        latencies.push(...measured.latencies);
      },
    },
    {
      slices: sizes.concurrentSlices,
      take: async ({ result }, pair) => void result.at32.push(await pair.concurrent(sizes.concurrentCalls, 32)),
    },
    {
      slices: sizes.concurrentSlices,
      take: async ({ result }, pair) => void result.at128.push(await pair.concurrent(sizes.concurrentCalls, 128)),
    },
    {
      slices: sizes.streamSlices,
      take: async ({ result }, pair) => void result.streams.push(await pair.stream(sizes.streamMessages)),
    },
    {
      slices: alone === undefined ? 0 : sizes.aloneSlices,
      async take({ result, pair: { protocol, bare } }, pair) {
        // Its server is that of the bare pair.
        if (bare === undefined) result.alone.push(await alone!(pair, protocol, sizes.aloneRequests));
      },
    },
  ];
}

function turnOf(pair: Pair): Turn {
  const { id, label, protocol, ours, bare } = pair;
  const empty = { failed: "", pooled: pooled([]), unary: [], at32: [], at128: [], streams: [], alone: [] };
  return { pair, latencies: [], result: { id, label, protocol, ours, bare, ...empty } };
}

async function warmUp(pair: Ends, { warmUpCalls, streamMessages }: Sizes): Promise<void> {
  await pair.unary(warmUpCalls);
  await pair.concurrent(warmUpCalls, 32);
  await pair.stream(streamMessages);
}

function pooled(latencies: readonly number[]): PairResult["pooled"] {
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    average: average(latencies),
    min: latencies.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY),
  };
}
