// Cuts a task into words at the least cost: a topic's words and general ones cost nothing, what is left costs.
//
// Korean glues words, particles and endings together and is loose about spaces, so all ways to cut are weighed at once:
// nodes are places in the task, edges are words, and only edges on a cheapest way count as found (a Viterbi search).
import { type Edge, edgesFrom, type Reading, type State } from "./edges.ts";

/** A word of the topic, found in a task; places are piece * 1000 + letter. */
export interface Hit {
  readonly form: string;
  readonly from: number;
  readonly to: number;
}

export interface Cut {
  readonly cost: number;
  /** All that was found on a cheapest way. */
  readonly hits: readonly Hit[];
  /** The pieces nobody knows on one cheapest way. */
  readonly unknown: readonly number[];
  /** The pieces that name another language or platform. */
  readonly elsewhere: readonly number[];
}

interface Node {
  readonly cost: number;
  /** The edges a cheapest way can take from here. */
  readonly edges: readonly Edge[];
}

export function cut(reading: Reading): Cut {
  const nodes = new Map<string, Node>();
  const start = nodeAt(reading, nodes, 0, "start");
  const lost: Record<"unknown" | "elsewhere", number[]> = { unknown: [], elsewhere: [] };
  for (let [at, node]: [number, Node | undefined] = [0, start]; node; ) {
    const [edge]: readonly Edge[] = node.edges;
    if (edge === undefined) break;
    if (edge.kind === "unknown" || edge.kind === "elsewhere") lost[edge.kind].push(Math.floor(at / 1000));
    [at, node] = [edge.to, nodes.get(key(edge.to, edge.state))];
  }
  return { cost: start.cost, hits: hitsFrom(nodes), ...lost };
}

const key = (at: number, state: State) => `${at} ${state}`;

function nodeAt(reading: Reading, nodes: Map<string, Node>, at: number, state: State): Node {
  const known = nodes.get(key(at, state));
  if (known) return known;
  const ways = edgesFrom(reading, at, state).map((edge) => ({
    edge,
    cost: edge.cost + nodeAt(reading, nodes, edge.to, edge.state).cost,
  }));
  const cost = ways.length === 0 ? 0 : Math.min(...ways.map((way) => way.cost));
  const node = { cost, edges: ways.filter((way) => way.cost === cost).map(({ edge }) => edge) };
  nodes.set(key(at, state), node);
  return node;
}

/** The words of the topic on all cheapest ways. */
function hitsFrom(nodes: ReadonlyMap<string, Node>): readonly Hit[] {
  const hits = new Map<string, Hit>();
  const seen = new Set<string>();
  const open: [number, State][] = [[0, "start"]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [from, state] = next;
    if (seen.has(key(from, state))) continue;
    seen.add(key(from, state));
    for (const { kind, form, to, state: then } of nodes.get(key(from, state))?.edges ?? []) {
      if (kind === "part") hits.set(`${form} ${from}`, { form, from, to });
      open.push([to, then]);
    }
  }
  return [...hits.values()].sort((a, b) => a.from - b.from);
}
