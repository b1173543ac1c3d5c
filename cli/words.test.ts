// Times, sizes, states and commands as people read them.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import { RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import { ageWords, shellWords, shortId, sizeWords, spanWords, wordOf } from "./words.ts";

describe("words", () => {
  it.each([
    [0, "0.0s"],
    [1240, "1.2s"],
    [59_940, "59.9s"],
    [59_960, "1m00s"],
    [185_000, "3m05s"],
    [3_599_600, "1h00m"],
    [7_800_000, "2h10m"],
    [200_000_000, "2d"],
  ])("a span of %i ms is %s", (ms, words) => expect(spanWords(ms)).toBe(words));

  it.each([
    [0, "0s"],
    [61, "1m"],
    [7300, "2h"],
    [200_000, "2d"],
  ])("an age of %i s is %s", (seconds, words) => {
    expect(ageWords(timestampFromMs(0), seconds * 1000)).toBe(words);
  });

  it.each([
    [812, "812 B"],
    [3400, "3.4 kB"],
    [81.9e9, "81.9 GB"],
  ])("a size of %i is %s", (bytes, words) => expect(sizeWords(bytes)).toBe(words));

  it("names states and reasons, also ones this version does not know", () => {
    expect(wordOf(RunStateSchema, 4)).toBe("canceling");
    expect(wordOf(ReasonSchema, 8)).toBe("connection lost");
    expect(wordOf(RunStateSchema, 99)).toBe("number 99");
  });

  it("quotes a command so that a shell runs exactly that", () => {
    expect(shellWords(["node", "my file.mjs", "$(rm -rf ~)", "it's", ""])).toBe(
      "node 'my file.mjs' '$(rm -rf ~)' 'it'\\''s' ''",
    );
  });

  it("shortens an id to its end, which differs between runs of one hour", () => {
    expect(shortId("01a20452-1251-7fb7-80cb-77cc66394b83")).toBe("77cc66394b83");
  });
});
