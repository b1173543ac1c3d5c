// How `node --test` is started, so that its report can be read and is harder to forge.

/** Before anything else in every test process: code under test could otherwise replace `assert.equal` by nothing. */
const freeze = `data:text/javascript,${[
  'import a from "node:assert"',
  'import s from "node:assert/strict"',
  'import t from "node:test"',
  "for(const o of [a,s,t])Object.freeze(o)",
].join(";")}`;

/** The command with the TAP reporter, unless it chose one, and with the assertions frozen; other commands stay as they are. */
export function testCommand(argv: readonly string[]): readonly string[] {
  const [program = "", ...words] = argv;
  if (!/^(.*\/)?node$/.test(program) || !words.includes("--test")) return argv;
  const hasReporter = words.some((word) => word.startsWith("--test-reporter"));
  return [program, `--import=${freeze}`, ...(hasReporter ? [] : ["--test-reporter=tap"]), ...words];
}
