// A page of one script on an origin of its own, in Debian's Chromium.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Page as Tab } from "playwright-core";
import { build } from "vite";

export interface Site extends AsyncDisposable {
  readonly origin: string;
  readonly tab: Tab;
}

/** `entry` is the script's source, such as "test/browser/page.ts". */
export async function openedSite(entry: string): Promise<Site> {
  const script = await bundled(entry);
  const server = createServer((req, res) => {
    const isScript = req.url === "/page.js";
    res.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    res.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const tab = await browser.newPage();
  return {
    origin,
    tab,
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.close();
    },
  };
}

async function bundled(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry, formats: ["es"], fileName: "page" } },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !("output" in first)) throw new Error("nothing was bundled");
  return first.output[0].code;
}
