// Pieces of a stream become lines, however they are cut.
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { linesOf } from "./lines-of.ts";

async function lines(...chunks: Buffer[]): Promise<string[]> {
  const found: string[] = [];
  const stream = Readable.from(chunks);
  linesOf(stream, (line) => found.push(line));
  await finished(stream);
  return found;
}

it("joins pieces, also within a character, and gives the last line without its end", async () => {
  const text = Buffer.from("한 줄\r\nsecond\n\nlast");
  const pieces = [...text].map((byte) => Buffer.from([byte]));
  expect(await lines(...pieces)).toEqual(["한 줄", "second", "", "last"]);
});

it("does not gather a line without end in memory", async () => {
  const found = await lines(...Array.from({ length: 10 }, () => Buffer.alloc(8192, "x")));
  expect(found.length).toBeGreaterThan(2);
  expect(found.join("").length).toBe(81_920);
});
