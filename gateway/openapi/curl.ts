// A route as a line for a shell: `$RUN_ID` stands for the id of a run.
import { eventType, jsonType } from "./parts.ts";
import type { Operation, Verb } from "./spec.ts";

/** One line, or two when the route can stream its answer too. */
export function curl(origin: string, verb: Verb, path: string, operation: Operation): string[] {
  const { parameters = [], requestBody, responses } = operation;
  const example = (name: string) => parameters.find((each) => each.name === name)?.example;
  const query = parameters.flatMap(({ in: place, name, example }) =>
    place === "query" && example !== undefined ? [`${name}=${example}`] : [],
  );
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => example(name) ?? `$RUN_${name.toUpperCase()}`);
  const url = `"${origin}${target}${query.length > 0 ? `?${query.join("&")}` : ""}"`;
  const body = requestBody?.content[jsonType]?.example;
  const sent =
    body === undefined
      ? verb === "post"
        ? ["-X POST"]
        : []
      : [`-H "content-type: ${jsonType}"`, `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`];
  const plain = ["curl -sS", url, ...sent].join(" ");
  const streaming = ["curl -sSN", url, `-H "accept: ${eventType}"`, ...sent].join(" ");
  const [success] = Object.values(responses);
  const types = success !== undefined && "content" in success ? Object.keys(success.content ?? {}) : [];
  if (!types.includes(eventType)) return [plain];
  return types.includes(jsonType) ? [plain, streaming] : [streaming];
}
