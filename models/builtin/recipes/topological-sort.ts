// Recipe: order things so that each comes after what it depends on.
import { literal, recipe } from "../recipe.ts";

const example = "flour dough\nwater dough\ndough bread\noven bread\nbread toast\nbutter toast\n";

export const topologicalSort = recipe({
  id: "topological-sort",
  title: "Order things so that each comes after what it depends on",
  match: {
    needs: [
      (
        "topological,topological sort,topo sort,toposort,dependency order,dependency,depend,prerequisite," +
        "위상 정렬,위상정렬,위상,의존,의존성,선수 과목,선후"
      ).split(","),
      ["sort", "order", "topological", "toposort", "sequence", "정렬", "위상정렬", "순서", "차례"],
    ],
    means: [
      "before|after|first|prerequisite + must|done|come|finish|need|have to|depend|require|wait|before|has to|should be + task|job|step|course|package|module|chore|class + order|sequence|schedule|arrange",
      "depend|dependency|dependencies|prerequisite + order|sequence|schedule|install order|build order",
      "먼저|앞서|선행|끝나야|끝내야|끝난|마쳐야|의존 + 작업|일|과목|단계|태스크|모듈|패키지|할일 + 순서|차례|정렬|나열",
    ],
    knows: (
      "간,실행,단계,run,build,graph,node,edge,directed,acyclic,dag,cycle,task,kahn,build,package,after,before,step,job,course,report," +
      "algorithm,module,come,every,resolve," +
      "그래프,노드,간선,방향,순환,사이클,작업,과목,수강,관계,알고리즘,선행,정하,주어지,빌드,패키지"
    ).split(","),
    not: "npm install,update,upgrade,injection,docker,vulnerability,audit,주입,설치,업데이트".split(","),
  },
  params: {},
  summary: () => "A program that reads what comes before what and prints an order that respects it all.",
  facts: [
    {
      claim:
        "Kahn's algorithm takes, again and again, something with nothing left before it; it takes O(V + E) besides ordering ties.",
      confidence: 1,
    },
    { claim: "An order exists exactly when there is no cycle.", confidence: 1 },
    {
      claim: "Many orders may be right; taking the alphabetically first ready name makes the answer unique.",
      confidence: 1,
    },
    {
      claim:
        "The same pair given twice must count once or be counted twice on both sides, else its target is never ready.",
      confidence: 0.95,
    },
  ],
  criteria: [
    "Each name comes once, after all that must come before it.",
    "Of several that are ready, the alphabetically first comes first.",
    "A name alone on a line takes part without any order.",
    "A cycle ends with exit code 1, its names on stderr and no output.",
  ],
  risks: ["Names may hold no spaces."],
  code: () => String.raw`// topological-sort: orders names so that each comes after all that must come before it.
// Run: node topological-sort.mjs                   runs a built-in example
//      node topological-sort.mjs < order.txt       lines: BEFORE AFTER, or a NAME alone
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(example)};

function parse(text) {
  const before = new Map(); // name -> the set of names that must come before it
  for (const line of text.trim().split(/\s*\n\s*/)) {
    const names = line.split(/\s+/);
    if (names.length > 2) throw new Error('cannot read "' + line + '", write: BEFORE AFTER');
    for (const name of names) if (!before.has(name)) before.set(name, new Set());
    if (names.length === 2) before.get(names[1]).add(names[0]);
  }
  return before;
}

// Kahn's algorithm; of the names that are ready the alphabetically first is taken.
function order(before) {
  const missing = new Map([...before].map(([name, names]) => [name, names.size]));
  const after = new Map([...before.keys()].map((name) => [name, []]));
  for (const [name, names] of before) for (const earlier of names) after.get(earlier).push(name);
  const ready = [...before.keys()].filter((name) => missing.get(name) === 0);
  const done = [];
  while (ready.length > 0) {
    ready.sort().reverse(); // so that pop gives the first
    const name = ready.pop();
    done.push(name);
    for (const later of after.get(name)) {
      missing.set(later, missing.get(later) - 1);
      if (missing.get(later) === 0) ready.push(later);
    }
  }
  if (done.length < before.size) throw new Error("there is a cycle: " + cycle(before, new Set(done)).join(" -> "));
  return done;
}

// Walks back among the names that never became ready until one comes again.
function cycle(before, done) {
  const stuck = (names) => [...names].find((name) => !done.has(name));
  const path = [stuck(before.keys())];
  for (;;) {
    const earlier = stuck(before.get(path[0]));
    const seen = path.indexOf(earlier);
    path.unshift(earlier);
    if (seen >= 0) return path.slice(0, seen + 2);
  }
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(order(parse(input.trim() === "" ? EXAMPLE : input)).join("\n"));
} catch (error) {
  console.error("topological-sort: " + error.message);
  process.exitCode = 1;
}
`,
  cases: () => [
    { name: "the built-in example", stdin: "", stdout: "butter\nflour\noven\nwater\ndough\nbread\ntoast\n" },
    { name: "a chain given backwards", stdin: "c d\nb c\na b\n", stdout: "a\nb\nc\nd\n" },
    { name: "against the alphabet", stdin: "z y\ny x\nx w\n", stdout: "z\ny\nx\nw\n" },
    {
      name: "a diamond, and a name that is ready early",
      stdin: "a c\na b\nb d\nc d\n0 e\n",
      stdout: "0\na\nb\nc\nd\ne\n",
    },
    { name: "the same pair twice, and a name alone", stdin: "b a\nb a\nc\n\nc\n", stdout: "b\na\nc\n" },
    { name: "names that objects have already", stdin: "toString constructor\n", stdout: "toString\nconstructor\n" },
    { name: "a cycle prints nothing", exitCode: 1, stdin: "a b\nb c\nc b\nx y\n", stdout: "" },
    { name: "a name before itself prints nothing", exitCode: 1, stdin: "a a\n", stdout: "" },
    { name: "three names on a line print nothing", exitCode: 1, stdin: "a b c\n", stdout: "" },
  ],
});
