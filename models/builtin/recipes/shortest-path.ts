// Recipe: find the shortest path in a weighted graph.
import { literal, recipe } from "../recipe.ts";

const example = "from A to E\nA B 4\nA C 1\nC B 2\nB D 5\nC D 8\nD E 3\nB E 9\n";

export const shortestPath = recipe({
  id: "shortest-path",
  title: "Find the shortest path in a weighted graph with Dijkstra's algorithm",
  match: {
    needs: [
      (
        "shortest path,dijkstra,shortest route,short path,short route,cheapest path,cheapest route,cheap route," +
        "cheap path,shortest distance," +
        "다익스트라,최단 경로,최단경로,최단 거리,최단거리,짧은 경로,짧은 길"
      ).split(","),
    ],
    means: [
      "shortest|quickest|cheapest|fastest|least cost|minimum cost|lowest cost|minimum distance|최소 비용|최단|가장 빠른|최소 시간|가장 짧은|가장 싼 + path|route|way|road|distance|경로|길|거리 + node|city|town|graph|network|station|vertex|road|edge|정점|노드|도시|그래프|역|지점|마을|간선",
    ],
    knows: (
      "connected,connect,km,mile,minute,length,travel,station,time,시간,지하철,역,지하철역,마을,subway,station,town,village,airport,graph,node,edge,vertex,vertices,weight,weighted,cost,distance,directed,algorithm,city,road,network,path," +
      "route,between,two,from,to,start,end,target,minimum,heap,queue,short,cheap," +
      "그래프,노드,정점,간선,가중치,비용,거리,알고리즘,도시,도로,경로,사이,두,최소,가는,찾"
    ).split(","),
    not: ["미로", "maze"].concat(
      "career,become,becoming,gps,map app,navigation,url,file path,street,내비게이션,지도,앱".split(","),
    ),
  },
  params: {},
  summary: () => "A program that finds the shortest path between two nodes of a weighted graph, and its length.",
  facts: [
    {
      claim: "Dijkstra's algorithm settles the nearest open node again and again; a settled distance is final.",
      confidence: 1,
    },
    { claim: "It needs weights that are not negative; with negative ones Bellman-Ford is right.", confidence: 1 },
    { claim: "Scanning for the nearest node takes O(V^2), a heap O((V + E) log V).", confidence: 1 },
    { claim: "The path with the fewest edges need not be the shortest.", confidence: 1 },
  ],
  criteria: [
    "Prints the nodes of a shortest path and its length.",
    "Edges go one way, from the first node to the second.",
    "Says so when there is no path.",
    "A negative weight ends with exit code 1 and no output.",
  ],
  risks: ["When several paths are equally short, one of them is printed."],
  code: () => String.raw`// shortest-path: finds the shortest path in a weighted graph with Dijkstra's algorithm.
// Run: node shortest-path.mjs                   runs a built-in example
//      node shortest-path.mjs < graph.txt       first line: from A to E; then edges that go one way: A B 4
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(example)};

function parse(text) {
  const [first, ...lines] = text.trim().split(/\s*\n\s*/);
  const [, from, to] = /^from (\S+) to (\S+)$/.exec(first) ?? [];
  if (from === undefined) throw new Error("the first line must be such as: from A to E");
  const edges = new Map([
    [from, []],
    [to, []],
  ]); // node -> its edges [neighbour, weight]
  for (const line of lines) {
    const [, a, b, weight] = /^(\S+) (\S+) (\d+(?:\.\d+)?)$/.exec(line) ?? [];
    if (a === undefined) throw new Error('cannot read "' + line + '", write such as: A B 4 (weights are not negative)');
    for (const node of [a, b]) if (!edges.has(node)) edges.set(node, []);
    edges.get(a).push([b, Number(weight)]);
  }
  return { from, to, edges };
}

// Distances from one node and, for each node, the one before it on a shortest path.
function dijkstra(edges, from) {
  const distance = new Map([[from, 0]]);
  const previous = new Map();
  const open = new Set([from]);
  while (open.size > 0) {
    let nearest;
    for (const node of open) if (nearest === undefined || distance.get(node) < distance.get(nearest)) nearest = node;
    open.delete(nearest);
    for (const [neighbour, weight] of edges.get(nearest)) {
      const length = distance.get(nearest) + weight;
      if (length >= (distance.get(neighbour) ?? Number.POSITIVE_INFINITY)) continue;
      distance.set(neighbour, length);
      previous.set(neighbour, nearest);
      open.add(neighbour);
    }
  }
  return { distance, previous };
}

function run(text) {
  const { from, to, edges } = parse(text);
  const { distance, previous } = dijkstra(edges, from);
  if (!distance.has(to)) return "no path from " + from + " to " + to;
  const path = [to];
  while (path[0] !== from) path.unshift(previous.get(path[0]));
  return path.join(" -> ") + " (" + Number(distance.get(to).toFixed(10)) + ")";
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("shortest-path: " + error.message);
  process.exitCode = 1;
}
`,
  cases: () => [
    { name: "the built-in example", stdin: "", stdout: "A -> C -> B -> D -> E (11)\n" },
    {
      name: "more edges may be shorter",
      stdin: "from A to D\nA D 10\nA B 2\nB C 3\nC D 4\n",
      stdout: "A -> B -> C -> D (9)\n",
    },
    {
      name: "the nearest first step may be wrong",
      stdin: "from S to T\nS A 1\nS B 5\nA T 20\nB T 2\n",
      stdout: "S -> B -> T (7)\n",
    },
    { name: "edges go one way", stdin: "from B to A\nA B 1\nB C 1\n", stdout: "no path from B to A\n" },
    {
      name: "cycles, loops and parallel edges",
      stdin: "from a to c\na a 0\na b 3\nb a 1\na b 2\nb c 0.5\nc a 1\n",
      stdout: "a -> b -> c (2.5)\n",
    },
    { name: "from a node to itself", stdin: "from A to A\nA B 1\nB A 1\n", stdout: "A (0)\n" },
    {
      name: "weights are numbers, with decimals",
      stdin: "from x to z\nx y 0.1\ny z 0.2\nx z 10\nx w 9\nw z 2\n",
      stdout: "x -> y -> z (0.3)\n",
    },
    { name: "a longer chain that improves a node twice", stdin: grid(), stdout: `${chain(30)} (29)\n` },
    { name: "a negative weight prints nothing", exitCode: 1, stdin: "from A to C\nA B 4\nB C -1\n", stdout: "" },
    { name: "no question prints nothing", exitCode: 1, stdin: "A B 4\n", stdout: "" },
  ],
});

const chain = (nodes: number) => Array.from({ length: nodes }, (_, i) => `n${i}`).join(" -> ");

/** A chain of steps of length 1, with a shortcut over each two steps that costs 3. */
function grid(): string {
  const step = (i: number) => `n${i} n${i + 1} 1\nn${i} n${i + 2} 3\n`;
  return `from n0 to n29\n${Array.from({ length: 29 }, (_, i) => step(i)).join("")}`;
}
