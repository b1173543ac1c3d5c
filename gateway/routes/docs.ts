// The description of the gateway's HTTP side: for programs at /openapi.json, for people at /docs.
import type { Hono } from "hono";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { document } from "../openapi/document.ts";
import { page } from "../openapi/page.ts";
import { script, style } from "../openapi/page-assets.ts";

/** The page loads its own style and script, and nothing else from anywhere. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

export function docsRoutes(app: Hono): void {
  app.get("/openapi.json", etag(), (c) => c.json(document()));
  app.get("/docs", headers, etag(), (c) => c.html(page(document(), new URL(c.req.url).origin)));
  app.get("/docs/style.css", headers, etag(), (c) => c.body(style, 200, { "content-type": "text/css" }));
  app.get("/docs/script.js", headers, etag(), (c) => c.body(script, 200, { "content-type": "text/javascript" }));
}
