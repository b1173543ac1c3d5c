// What Synapse wants to reach: ratios to its peers, and to itself without protection, in one run, each with a goal and a stretch of it.
import type { PairId } from "./pairs.ts";
import type { Measured, PairResult } from "./results.ts";
import { type Metric, type Series, seriesOf, startSeries } from "./series.ts";
import { medianRatio, medianSurplus } from "./stats.ts";

interface Goal {
  says: string;
  metric: Metric;
  /** Whether less is better. */
  atMost: boolean;
  goal: number;
  stretch: number;
}

interface PeerGoal extends Goal {
  against: PairId;
}

/** What protection may cost, held against the bare client. */
interface ProtectionGoal extends Goal {
  /** Not a ratio: what there is more of. */
  isSurplus?: true;
}

const atMost = { atMost: true } as const;
const atLeast = { atMost: false } as const;

export const goals: readonly PeerGoal[] = [
  { says: "unary p50 / Python", metric: "p50", against: "python", ...atMost, goal: 0.7, stretch: 0.6 },
  { says: "unary average / Python", metric: "average", against: "python", ...atMost, goal: 0.8, stretch: 0.7 },
  { says: "unary p99 / Python", metric: "p99", against: "python", ...atMost, goal: 1.1, stretch: 0.95 },
  { says: "CPU a call, both ends / Python", metric: "cpu", against: "python", ...atMost, goal: 0.85, stretch: 0.75 },
  { says: "calls/s, 32 at a time / Python", metric: "rate32", against: "python", ...atLeast, goal: 1.75, stretch: 2.2 },
  { says: "calls/s, 32 at a time / grpc-js", metric: "rate32", against: "grpc-js", ...atLeast, goal: 1.7, stretch: 2 },
  { says: "unary p50 / raw node:http2", metric: "p50", against: "raw", ...atMost, goal: 1.6, stretch: 1.4 },
  {
    says: "unary p50 / connect-node gRPC",
    metric: "p50",
    against: "connect-grpc",
    ...atMost,
    goal: 0.3,
    stretch: 0.22,
  },
  { says: "server CPU alone / Python", metric: "aloneCpu", against: "python", ...atMost, goal: 0.55, stretch: 0.45 },
  { says: "server CPU alone / grpc-js", metric: "aloneCpu", against: "grpc-js", ...atMost, goal: 1, stretch: 0.9 },
  { says: "messages/s / Python", metric: "streamRate", against: "python", ...atLeast, goal: 3, stretch: 3.8 },
  { says: "messages/s / grpc-js", metric: "streamRate", against: "grpc-js", ...atLeast, goal: 0.65, stretch: 0.9 },
];

export const protectionGoals: readonly ProtectionGoal[] = [
  { says: "client CPU more than bare, µs", metric: "clientCpu", isSurplus: true, ...atMost, goal: 40, stretch: 25 },
  { says: "unary p50 / bare", metric: "p50", ...atMost, goal: 1.12, stretch: 1.06 },
  { says: "calls/s, 32 at a time / bare", metric: "rate32", ...atLeast, goal: 0.8, stretch: 0.9 },
];

export type Reached = "stretch" | "yes" | "no" | "failed" | "not measured";

export interface Ratio {
  says: string;
  /** What the row of ours speaks; empty where nothing is spoken. */
  protocol: "gRPC" | "Connect" | "";
  /** The median of the slices' ratios, or of what they have more; absent when there is none. */
  measured?: number;
  /** That of all slices together. */
  pooled?: number;
  atMost: boolean;
  goal: number;
  stretch?: number;
  reached: Reached;
}

/** Every goal, for each row of ours: bare ones against peers, protected ones against bare ones. */
export function ratios({ pairs, starts }: Measured): Ratio[] {
  const ours = pairs.filter(({ ours }) => ours);
  const [bare, protecting] = [ours.filter((row) => !row.bare), ours.filter((row) => row.bare)];
  const find = (wanted: PairId) => pairs.find(({ id }) => id === wanted);
  const held = [
    ...goals.flatMap(({ against, ...goal }) => bare.map((row) => heldAgainst(find(against), row, goal))),
    ...protectionGoals.flatMap((goal) => protecting.map((row) => heldAgainst(find(row.bare!), row, goal))),
  ];
  const [plain, bundled] = ["claude", "claude-bundled"].map((id) => starts.find((each) => each.id === id));
  if (plain === undefined || bundled === undefined) return held;
  const goal = { says: "start-up, bundled / unbundled", protocol: "", atMost: true, goal: 0.4 } as const;
  const failed = plain.failed || bundled.failed;
  return [...held, ratio(goal, startSeries(bundled, "ms"), startSeries(plain, "ms"), failed)];
}

function heldAgainst(other: PairResult | undefined, row: PairResult, { metric, ...goal }: ProtectionGoal): Ratio {
  const failed = row.failed !== "" || (other?.failed ?? "") !== "";
  const protocol = row.protocol === "grpc" ? "gRPC" : "Connect";
  return ratio({ ...goal, protocol }, seriesOf(row, metric), other && seriesOf(other, metric), failed);
}

function ratio(
  { isSurplus, ...goal }: Omit<Ratio, "reached"> & { isSurplus?: true },
  ours: Series | undefined,
  theirs: Series | undefined,
  failed: boolean,
): Ratio {
  if (failed) return { ...goal, reached: "failed" };
  if (ours === undefined || theirs === undefined) return { ...goal, reached: "not measured" };
  const measured = (isSurplus ? medianSurplus : medianRatio)(ours.slices, theirs.slices);
  const pooled = isSurplus ? ours.pooled - theirs.pooled : ours.pooled / theirs.pooled;
  return { ...goal, measured, pooled, reached: reached(measured, goal) };
}

function reached(measured: number, { atMost, goal, stretch }: Pick<Ratio, "atMost" | "goal" | "stretch">): Reached {
  const within = (limit: number) => (atMost ? measured <= limit : measured >= limit);
  if (stretch !== undefined && within(stretch)) return "stretch";
  return within(goal) ? "yes" : "no";
}
