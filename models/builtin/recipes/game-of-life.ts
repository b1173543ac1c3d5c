// Recipe: Conway's Game of Life on a small grid.
import { literal, recipe } from "../recipe.ts";

/** A glider in the corner of an empty square. */
const glider = (size: number): readonly string[] =>
  Array.from({ length: size }, (_, y) => ([".#.", "..#", "###"][y] ?? "").padEnd(size, "."));

export const gameOfLife = recipe({
  id: "game-of-life",
  title: "Simulate Conway's Game of Life",
  match: {
    needs: [
      (
        "game of life,conway,cellular automaton,cellular automata," +
        "생명 게임,생명게임,라이프 게임,라이프게임,인생 게임,콘웨이,세포 자동자"
      ).split(","),
    ],
    means: [
      "cell|세포 + alive|live|dead|die|born|survive|살아|살|죽 + neighbor|neighbour|neighbors|이웃|주변|인접 + generation|step|grid|rule|next|세대|격자|규칙|단계",
    ],
    knows: (
      "life,game,generation,cell,glider,blinker,grid,simulate,simulation,neighbour,neighbor,alive,live,dead," +
      "survive,board,rule,step,small,automaton,text,start,two,three,2 or 3,two or three,2 and 3,exactly 3,3 neighbor,3 neighbour,2 neighbour,with 3," +
      "세대,세포,글라이더,격자,시뮬레이션,이웃,규칙,시작,살,죽"
    ).split(","),
    not: [
      "wrap",
      "wrap around",
      "wraparound",
      "toroidal",
      "torus",
      "gui",
      "canvas",
      "browser",
      "webgl",
      "website",
      "react",
      "board game",
      "브라우저",
      "웹",
    ],
  },
  params: {
    generations: { kind: "integer", default: 4, min: 0, max: 500, says: "generations after the first" },
    size: { kind: "integer", default: 8, min: 3, max: 20, says: "rows and columns of the first grid" },
  },
  summary: ({ generations, size }) =>
    `A program that runs a glider on a grid of ${size} by ${size}, or any grid given to it, through ${generations} generations of Conway's Game of Life.`,
  facts: [
    {
      claim: "A live cell with two or three live neighbours lives on; a dead one with exactly three comes alive.",
      confidence: 1,
    },
    { claim: "All cells change at once: changing the grid while counting on it gives wrong results.", confidence: 1 },
    { claim: "A glider moves one cell down and one to the side every four generations.", confidence: 1 },
    { claim: "At the edge of a bounded grid the missing neighbours count as dead.", confidence: 0.95 },
  ],
  criteria: [
    "Prints the first grid and every generation after it.",
    "Counts all eight neighbours and changes all cells at once.",
    "Cells outside the grid are dead; the grid does not wrap around.",
    "A grid that is not a rectangle of . and # ends with exit code 1 and no output.",
  ],
  risks: ["Patterns that reach the edge behave differently than on an endless plane."],
  code: ({ generations, size }) => String.raw`// game-of-life: Conway's Game of Life; . is dead, # is alive.
// Run: node game-of-life.mjs                    runs a glider
//      node game-of-life.mjs < grid.txt         first line: generations 3; then the grid
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal([`generations ${generations}`, ...glider(size)].join("\n"))};

function parse(text) {
  const [first, ...grid] = text.trim().split(/\s*\n\s*/);
  const generations = Number(/^generations (\d{1,6})$/.exec(first)?.[1] ?? -1);
  if (generations < 0) throw new Error("the first line must be such as: generations 3");
  const wrong = grid.findIndex((row) => !/^[.#]+$/.test(row) || row.length !== grid[0].length);
  if (grid.length === 0 || wrong >= 0)
    throw new Error("the grid must be a rectangle of . and #, see row " + (wrong + 1));
  return { generations, grid };
}

function neighbours(grid, y, x) {
  let count = 0;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      if ((dy !== 0 || dx !== 0) && grid[y + dy]?.[x + dx] === "#") count++;
    }
  }
  return count;
}

// The next generation, as a new grid.
function next(grid) {
  const lives = (cell, count) => count === 3 || (count === 2 && cell === "#");
  return grid.map((row, y) => [...row].map((cell, x) => (lives(cell, neighbours(grid, y, x)) ? "#" : ".")).join(""));
}

function run(text) {
  let { generations, grid } = parse(text);
  const pictures = [];
  for (let i = 0; i <= generations; i++) {
    pictures.push(["generation " + i, ...grid].join("\n"));
    grid = next(grid);
  }
  return pictures.join("\n\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("game-of-life: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ generations, size }) => [
    { name: "the given number of generations", stdin: "", stdout: byBirths(generations, size) },
    {
      name: "a blinker turns and turns back",
      stdin: "generations 2\n.....\n..#..\n..#..\n..#..\n.....\n",
      stdout:
        "generation 0\n.....\n..#..\n..#..\n..#..\n.....\n\ngeneration 1\n.....\n.....\n.###.\n.....\n.....\n\ngeneration 2\n.....\n..#..\n..#..\n..#..\n.....\n",
    },
    {
      name: "a block stays, a lonely cell dies",
      stdin: "generations 1\n##..\n##..\n...#\n",
      stdout: "generation 0\n##..\n##..\n...#\n\ngeneration 1\n##..\n###.\n....\n",
    },
    {
      name: "the edge does not wrap around",
      stdin: "generations 1\n#.#\n...\n#..\n",
      stdout: "generation 0\n#.#\n...\n#..\n\ngeneration 1\n...\n.#.\n...\n",
    },
    {
      name: "too many neighbours",
      stdin: "generations 1\n###\n###\n###\n",
      stdout: "generation 0\n###\n###\n###\n\ngeneration 1\n#.#\n...\n#.#\n",
    },
    { name: "no generations", stdin: "generations 0\n#\n", stdout: "generation 0\n#\n" },
    { name: "rows of different length print nothing", exitCode: 1, stdin: "generations 1\n##\n#\n", stdout: "" },
    { name: "other characters print nothing", exitCode: 1, stdin: "generations 1\n#x\n..\n", stdout: "" },
  ],
});

/** The same from live cells alone: each gives one to all its neighbours, and the sums decide. */
function byBirths(generations: number, size: number): string {
  const first = glider(size);
  let alive = new Set(first.flatMap((row, y) => [...row].flatMap((cell, x) => (cell === "#" ? [y * size + x] : []))));
  const pictures = Array.from({ length: generations + 1 }, (_, i) => {
    const rows = first.map((row, y) => Array.from(row, (_, x) => (alive.has(y * size + x) ? "#" : ".")).join(""));
    const sums = new Map<number, number>();
    for (const at of alive) {
      for (const [dy, dx] of around) {
        const [y, x] = [Math.floor(at / size) + dy, (at % size) + dx];
        if (y < 0 || y >= size || x < 0 || x >= size) continue;
        sums.set(y * size + x, (sums.get(y * size + x) ?? 0) + 1);
      }
    }
    alive = new Set([...sums].filter(([at, sum]) => sum === 3 || (sum === 2 && alive.has(at))).map(([at]) => at));
    return [`generation ${i}`, ...rows].join("\n");
  });
  return pictures.join("\n\n");
}

const around = [
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 0],
  [1, 1],
] as const;
