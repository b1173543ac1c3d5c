// Gives what a stream brings line by line; the last line needs no end.
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** A line without an end is given in pieces of this length. */
const maxLength = 16_384;

export function linesOf(stream: Readable | null, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
    if (rest.length > maxLength) {
      onLine(rest);
      rest = "";
    }
  });
  stream?.once("end", () => {
    const last = rest + decoder.end();
    if (last !== "") onLine(last);
  });
}
