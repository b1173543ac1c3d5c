// What models write around their JSON, and what they might write to keep us busy.
import { describe, expect, it } from "vitest";
import { jsonIn } from "./json-in.ts";

describe("the JSON in a text", () => {
  it.each([
    '{"a":1}',
    ' \n{"a":1}\n',
    '```json\n{"a":1}\n```',
    '```\n\n{"a":1}\n\n```\n',
    '  ```json  \r\n{"a":1}\r\n  ```  ',
  ])("is found in %j", (text) => expect(jsonIn(text)).toEqual({ a: 1 }));

  it.each(["", "no", "```", "```json\n```", '```js\n{"a":1}\n```', '```\n{"a":1}'])("is none in %j", (text) =>
    expect(jsonIn(text)).toBeUndefined(),
  );

  it.each([`\`\`\`\n${"\n".repeat(500_000)}x`, `\`\`\`\n${"\n ```".repeat(100_000)}x`, " \n".repeat(500_000)])(
    "is looked for once, however long the text is",
    (text) => expect(jsonIn(text)).toBeUndefined(),
  );
});
