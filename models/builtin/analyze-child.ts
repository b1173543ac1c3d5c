// The process in which files are parsed: takes a JSON array of files, answers with one line of JSON a file, in order.
import { text } from "node:stream/consumers";
import { parseFile, type SourceFile } from "./analyze-parse.ts";

const files: SourceFile[] = JSON.parse(await text(process.stdin));
for (const file of files) {
  const line = `${JSON.stringify(parseFile(file))}\n`;
  // Each answer leaves before the next file is read: the next one may crash the parser.
  await new Promise((resolve) => process.stdout.write(line, resolve));
}
