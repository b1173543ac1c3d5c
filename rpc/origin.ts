// Who may call: an unknown Host (DNS rebinding) or Origin (a foreign page) is refused, a known one gets its CORS headers.
import { isIP } from "node:net";
import { cors } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import type { NodeHandler, NodeRequest, NodeResponse } from "./listen.ts";
import { refuse } from "./refuse.ts";

export interface OriginOptions {
  /** Names this process may be called by, beside the loopback ones and its addresses; "*" for any. */
  hosts: readonly string[];
  /** Origins of pages that may call, such as "https://app.example.com", beside the process's own. */
  origins: readonly string[];
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];
/** Headers of ours that pages may send and read, beside those of the protocols. */
const ownRequestHeaders = [
  "Authorization",
  "Grpc-Previous-Rpc-Attempts",
  "Idempotency-Key",
  "Last-Event-ID",
  "Synapse-Criticality",
  "Synapse-Resume",
  "Synapse-Resume-From",
  "X-Request-Id",
  "X-Request-Timeout-Ms",
];
const ownResponseHeaders = [
  "Grpc-Retry-Pushback-Ms",
  "Location",
  "Retry-After",
  "Retry-After-Ms",
  "Synapse-Epoch",
  "Synapse-Fallback",
  "Synapse-Final-Seq",
  "Synapse-First-Seq",
  "Synapse-Joined",
  "Synapse-Stream",
  "X-Request-Id",
  "X-Response-Time",
];

/** Whether a process may be called by an authority, such as "localhost:5011". */
export function knownHosts({ hosts: names }: Pick<OriginOptions, "hosts">): (authority: string) => boolean {
  const hosts = new Set([...loopback, ...names.map(allowedHost)]);
  // Callers use a handful; who invents more of them pays for it himself.
  const seen = new Set<string>();
  return (authority) => {
    if (seen.has(authority)) return true;
    const host = hostOf(authority);
    const isKnown = host !== undefined && (hosts.has(host) || hosts.has("*") || isAddress(host));
    if (isKnown && seen.size < 100) seen.add(authority);
    return isKnown;
  };
}

/** A handler that passes on only requests from whom it may serve. */
export function knownOrigins(options: OriginOptions, next: NodeHandler): NodeHandler {
  const isKnownHost = knownHosts(options);
  const origins = new Set(options.origins);

  return function checkOrigin(req, res) {
    const authority = authorityOf(req);
    const host = hostOf(authority);
    if (host === undefined) {
      return refuse(req, res, failure(Reason.INVALID_INPUT, "the Host header is missing or malformed"));
    }
    if (!isKnownHost(authority)) {
      const hint = "add it to SYNAPSE_ALLOWED_HOSTS to serve it";
      return refuse(req, res, failure(Reason.ORIGIN_FORBIDDEN, `this process is not known as host ${host}: ${hint}`));
    }
    const origin = req.headers.origin;
    if (origin === undefined) return next(req, res);
    if (isSame(origin, authority)) return next(req, res);
    if (!origins.has(origin)) {
      const hint = "add it to SYNAPSE_ALLOWED_ORIGINS to let its pages call";
      return refuse(req, res, failure(Reason.ORIGIN_FORBIDDEN, `pages of this origin may not call: ${hint}`));
    }
    res.setHeader("access-control-allow-origin", origin);
    res.setHeader("vary", "Origin");
    res.setHeader("access-control-expose-headers", [...cors.exposedHeaders, ...ownResponseHeaders].join(", "));
    if (req.method === "OPTIONS" && req.headers["access-control-request-method"]) return preflight(res);
    next(req, res);
  };
}

function preflight(res: NodeResponse): void {
  res.setHeader("access-control-allow-methods", cors.allowedMethods.join(", "));
  res.setHeader("access-control-allow-headers", [...cors.allowedHeaders, ...ownRequestHeaders].join(", "));
  res.setHeader("access-control-max-age", "7200");
  res.statusCode = 204;
  res.end();
}

/** A name from the configuration as it stands in a Host header; IPv6 addresses get their brackets. */
function allowedHost(name: string): string {
  if (name === "*") return name;
  const host = name.includes(":") && !name.startsWith("[") ? hostOf(`[${name}]`) : hostOf(name);
  if (host !== undefined && !/[^:\]]:\d+$/.test(name)) return host;
  throw new RangeError(
    `SYNAPSE_ALLOWED_HOSTS takes names without a port, such as "claude" or "fd00::5", not "${name}"`,
  );
}

function authorityOf(req: NodeRequest): string {
  const authority = "authority" in req ? req.authority : undefined;
  return authority ?? req.headers.host ?? "";
}

/** The name in an authority, lower-case; undefined when a URL can't be made of it. */
function hostOf(authority: string): string | undefined {
  if (!/^(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(authority)) return undefined;
  return URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`).hostname : undefined;
}

/**
 * Rebinding takes a name that its owner points elsewhere; an address can't be. A balancer that has resolved a name calls
 * by the address.
 */
function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, "")) !== 0;
}

function isSame(origin: string, authority: string): boolean {
  return origin === `http://${authority}` || origin === `https://${authority}`;
}
