// docs/api.md says what the schema says.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apiDocs, apiDocsPath } from "./api-docs.ts";

describe("docs/api.md", () => {
  const written = readFileSync(apiDocsPath, "utf8");

  it("is what `node tools/api-docs.ts` writes", () => expect(written).toBe(apiDocs()));

  it("leads nowhere that is not there", () => {
    const anchors = [...written.matchAll(/<a id="(\w+)"|^## (\w+)$/gm)].map(
      ([, id, title]) => id ?? title?.toLowerCase(),
    );
    const links = [...written.matchAll(/\]\(#(\w+)\)/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((id) => !anchors.includes(id))).toEqual([]);
  });
});
