// What a coder may answer about a repository: tables, pure.
import { describe, expect, it } from "vitest";
import { judgeAnswer } from "./coder-answer.ts";

const big = "x".repeat(90_000);
const base = new Map([
  ["a.mjs", "a"],
  ["b.mjs", "b"],
  ["sub/c.mjs", "c"],
  ["huge.txt", "x".repeat(100_000)],
  ...["1", "2", "3"].map((name) => [`big/${name}.txt`, big] as const),
]);
const judge = (
  answer: { files?: Record<string, string>; deleted?: string[]; wanted?: string[] },
  seen = ["a.mjs"],
  tree = base,
) =>
  judgeAnswer(
    {
      files: Object.entries(answer.files ?? {}).map(([path, content]) => ({ path, content })),
      deleted: answer.deleted ?? [],
      wanted: answer.wanted ?? [],
    },
    {
      tree,
      base,
      seen: new Set(seen),
      omitted: ["link: a symbolic link", "module: a submodule", ".env: may hold secrets"],
    },
  );

describe("a coder's answer", () => {
  it("is a change of what was seen, with new and deleted files", () => {
    const judged = judge({ files: { "a.mjs": "A", "new/d.mjs": "d" }, deleted: ["b.mjs"] });
    expect(judged.kind === "change" && Object.fromEntries(judged.tree)).toMatchObject({
      "a.mjs": "A",
      "new/d.mjs": "d",
    });
    expect(judged.kind === "change" && judged.tree.has("b.mjs")).toBe(false);
  });

  it("may put something back that an earlier round had changed", () => {
    const tree = new Map([...base, ["a.mjs", "A"], ["d.mjs", "d"]]);
    expect(judge({ files: { "a.mjs": "a" } }, ["a.mjs"], tree).kind).toBe("change");
    expect(judge({ files: { "a.mjs": "a" }, deleted: ["d.mjs"] }, ["a.mjs"], tree)).toMatchObject({
      notes: ["The answer changes nothing."],
    });
  });

  it("may ask for files: those are shown that are there and fit, and of the others it is said why not", () => {
    expect(judge({ wanted: ["b.mjs", "./sub/c.mjs", "a.mjs", "nope.mjs", "d/c.mjs", "sub/", "huge.txt"] })).toEqual({
      kind: "again",
      show: ["b.mjs", "sub/c.mjs"],
      notes: [
        "a.mjs is shown already.",
        "There is no file nope.mjs.",
        "There is no file d/c.mjs; there is sub/c.mjs.",
        "sub/ is a folder with sub/c.mjs.",
        "huge.txt has 100000 bytes: too many to be shown.",
      ],
    });
    expect(judge({ wanted: ["big/1.txt", "big/2.txt", "big/3.txt"] })).toMatchObject({
      show: ["big/1.txt", "big/2.txt"],
      notes: ["big/3.txt cannot be shown: there is no room left for more files."],
    });
  });

  it("is asked for again with what it wishes, also when it changes something at once", () => {
    expect(judge({ files: { "a.mjs": "A" }, wanted: ["b.mjs"] })).toMatchObject({ kind: "again", show: ["b.mjs"] });
    // It asks for what it has: the change counts.
    expect(judge({ files: { "a.mjs": "A" }, wanted: ["a.mjs"] }).kind).toBe("change");
  });

  it("may repeat a file unseen, but not write over it", () => {
    expect(judge({ files: { "a.mjs": "A", "b.mjs": "b" } }).kind).toBe("change");
    expect(judge({ files: { "a.mjs": "A", "b.mjs": "B" } })).toMatchObject({ kind: "again", show: ["b.mjs"] });
  });

  it.each<[string, Record<string, string>, string]>([
    ["above", { "../x": "" }, "../x cannot be written: the path has an empty, . or .. part."],
    ["in git's folder", { "sub/.git /config": "" }, "lies in git's own folder"],
    ["in git's folder by another name", { "GIT~1/config": "" }, "lies in git's own folder"],
    ["of what is not in the copy", { ".env": "" }, "not in the copy (.env: may hold secrets)"],
    ["below a link", { "link/x": "" }, "not in the copy (link: a symbolic link)"],
    ["below a file", { "a.mjs/x": "" }, '"a.mjs" is both a file and a folder'],
    ["too large", { "new.txt": "x".repeat((1 << 20) + 1) }, "new.txt is larger than"],
  ])("writes nothing %s", (_, files, words) => {
    const judged = judge({ files });
    expect(judged.kind === "again" && judged.notes.join()).toContain(words);
  });

  it("does not write and delete one file", () => {
    expect(judge({ files: { "a.mjs": "A" }, deleted: ["a.mjs"] })).toMatchObject({
      notes: ["a.mjs is both written and deleted."],
    });
  });
});
