// Recipe: the Towers of Hanoi.
import { literal, recipe } from "../recipe.ts";

export const hanoi = recipe({
  id: "hanoi",
  title: "Solve the Towers of Hanoi",
  match: {
    needs: [
      ["hanoi", "하노이"],
      ["tower", "disk", "disc", "puzzle", "탑", "타워", "원판", "원반"],
    ],
    means: [
      "disk|disc|ring|원판|원반 + peg|rod|pole|pillar|기둥|막대 + move|transfer|shift|옮기|이동",
      "hanoi|하노이 + move|solve|solver|step|옮기|이동|문제|풀이|풀기",
    ],
    knows: (
      "size sizes different stack pile big small height high levels 단계 tower disk disc ring peg rod pole puzzle move step solve solution recursive recursion from to with of list " +
      "minimum optimal 탑 타워 원판 원반 기둥 막대 옮기다 옮기기 이동 순서 과정 횟수 재귀 풀다 풀이 최소 개"
    )
      .split(" ")
      .concat("three peg", "3 peg", "three rod", "3 rod", "three pole", "기둥 3", "기둥 세", "세 기둥"),
    not: ["hotel", "travel", "flight", "vietnam", "tour", "trip", "여행", "호텔", "베트남", "항공"],
  },
  params: { disks: { kind: "integer", default: 3, min: 1, max: 12, says: "how many disks" } },
  summary: ({ disks }) =>
    `A program that lists the ${2 ** disks - 1} moves that bring ${disks} disks from peg A to peg C.`,
  facts: [
    { claim: "To move n disks: n - 1 to the spare peg, the largest to the target, n - 1 on top of it.", confidence: 1 },
    { claim: "The fewest moves for n disks are 2^n - 1.", confidence: 1 },
    { claim: "The recursion is only n deep, but its output grows exponentially.", confidence: 1 },
    { claim: "In move number m the disk that moves is the count of trailing zero bits of m, plus one.", confidence: 1 },
  ],
  criteria: [
    "No larger disk is ever put on a smaller one.",
    "All disks start on A and end on C, in 2^n - 1 moves.",
    "0 disks need 0 moves.",
    "Input that is no whole number from 0 to 20 prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Mixing up the spare peg and the target.", "More than 20 disks would print millions of lines."],
  code: ({
    disks,
  }) => `// Lists the moves that bring a tower of disks from peg A to peg C: one disk at a time, never a larger on a smaller.
// Run: node hanoi.mjs            (${disks} disks)
//      echo 4 | node hanoi.mjs   (4 disks)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const disks = input === "" ? ${literal(disks)} : wholeNumber(input.trim());

const moves = [];
move(disks, "A", "C", "B");
process.stdout.write(moves.map((line) => \`\${line}\\n\`).join(""));
console.log(\`\${moves.length} \${moves.length === 1 ? "move" : "moves"}\`);

function move(count, from, to, spare) {
  if (count === 0) return;
  move(count - 1, from, spare, to);
  moves.push(\`disk \${count} from \${from} to \${to}\`);
  move(count - 1, spare, to, from);
}

function wholeNumber(text) {
  const number = Number(text);
  if (!/^\\d+$/.test(text) || number > 20) {
    console.error(\`give one whole number of disks from 0 to 20, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return number;
}
`,
  cases: ({ disks }) => [
    { name: `moves ${disks} disks as asked`, stdin: "", stdout: expected(disks) },
    { name: "has nothing to move", stdin: "0\n", stdout: "0 moves" },
    { name: "moves one disk", stdin: "1\n", stdout: "disk 1 from A to C\n1 move" },
    {
      name: "moves two disks",
      stdin: "2\n",
      stdout: "disk 1 from A to B\ndisk 2 from A to C\ndisk 1 from B to C\n3 moves",
    },
    { name: "moves seven disks", stdin: "7\n", stdout: expected(7) },
    { name: "refuses too many disks", exitCode: 1, stdin: "21\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-1\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "three\n", stdout: "" },
  ],
});

/** Without recursion: move m goes from peg (m & (m - 1)) mod 3 to peg ((m | (m - 1)) + 1) mod 3. */
function expected(disks: number): string {
  // That formula ends on the last peg for an odd tower, and on the middle one for an even tower.
  const pegs = disks % 2 === 1 ? "ABC" : "ACB";
  const count = 2 ** disks - 1;
  const lines = Array.from({ length: count }, (_, i) => {
    const m = i + 1;
    const disk = 32 - Math.clz32(m & -m);
    return `disk ${disk} from ${pegs[(m & i) % 3]} to ${pegs[((m | i) + 1) % 3]}`;
  });
  return [...lines, count === 1 ? "1 move" : `${count} moves`].join("\n");
}
