import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSecret } from "./secret.ts";
import { tempFolder } from "./testing/temp-folder.ts";

describe("secret", () => {
  it("is made once, is the same for all who open it, and is for its user only", () => {
    const folder = join(tempFolder(), "data");
    const file = join(folder, "key");
    const secret = openSecret(file);
    expect(secret).toHaveLength(32);
    expect(openSecret(file)).toEqual(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["key"]);
    expect(openSecret(join(folder, "other"))).not.toEqual(secret);
  });

  it("is refused when it is not whole", () => {
    const file = join(tempFolder(), "key");
    writeFileSync(file, "short");
    expect(() => openSecret(file)).toThrow("has 5: remove it");
  });
});
