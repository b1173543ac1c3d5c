import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

describe("config", () => {
  it("has a default for everything, and listens on loopback only", () => {
    const config = readConfig({});
    expect(config).toMatchObject({ SYNAPSE_HOST: "127.0.0.1", SYNAPSE_CLAUDE_PORT: 5011, SYNAPSE_GATEWAY_PORT: 8000 });
    expect(config.SYNAPSE_DATA_DIR).toMatch(/\.local\/share\/synapse$/);
  });

  it("takes what is allowed", () => {
    const config = readConfig({
      SYNAPSE_CODEX_PORT: "0",
      SYNAPSE_SANDBOX: "quickjs",
      SYNAPSE_ALLOWED_ORIGINS: "https://a, https://b",
    });
    expect(config).toMatchObject({
      SYNAPSE_CODEX_PORT: 0,
      SYNAPSE_SANDBOX: "quickjs",
      SYNAPSE_ALLOWED_ORIGINS: ["https://a", "https://b"],
    });
  });

  it("takes several addresses of an agent, with weights, and names that stand for several", () => {
    const urls = (value: string) => readConfig({ SYNAPSE_CLAUDE_URLS: value }).SYNAPSE_CLAUDE_URLS;
    expect(urls("http://claude:5011/")).toEqual([{ url: "http://claude:5011" }]);
    expect(urls("http://a:1, http://b:2;weight=2,dns+http://claude:5011")).toEqual([
      { url: "http://a:1" },
      { url: "http://b:2", weight: 2 },
      { url: "http://claude:5011", dns: true },
    ]);
  });

  it.each(["claude:5011", "http://a:1/path", "http://a:1,http://a:1", "http://a:1;weight=0", "http://a:1;wait=2", ","])(
    "refuses %s as addresses of an agent",
    (value) => expect(() => readConfig({ SYNAPSE_CLAUDE_URLS: value })).toThrow("it takes addresses such as"),
  );

  it("names every bad value and what is allowed, all at once", () => {
    const read = () =>
      readConfig({ SYNAPSE_CLAUDE_PORT: "70000", SYNAPSE_SANDBOX: "docker", SYNAPSE_CLAUDE_URLS: "claude:5011" });
    expect(read).toThrow(
      "SYNAPSE_CLAUDE_PORT=70000 is not allowed: it takes a whole number from 0 (any free port) to 65535",
    );
    expect(read).toThrow("SYNAPSE_SANDBOX=docker is not allowed: it takes auto, bwrap, quickjs, container");
    expect(read).toThrow("SYNAPSE_CLAUDE_URLS=claude:5011 is not allowed: it takes addresses such as");
  });

  it("refuses a variable it does not know: a setting with a typing error must not be lost in silence", () => {
    expect(() => readConfig({ SYNAPSE_SANDBOXX: "bwrap" })).toThrow("SYNAPSE_SANDBOXX is not known");
  });
});
