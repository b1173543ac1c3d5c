// Asks an address whether a Synapse process answers there, and which; light enough to ask before anything else is loaded.
import { type Clock, systemClock } from "#core/clock.ts";

export interface Health {
  /** claude, gemini, codex or gateway; undefined when somebody else answers or nobody does. */
  service: string | undefined;
  /** Why nothing useful came, in words; empty when something did. */
  problem: string;
}

/** Bodies longer than this are not ours. */
const maxBytes = 4096;

/** Never rejects; `timeoutMs` bounds the whole exchange. */
export async function health(url: string, timeoutMs = 1000, clock: Clock = systemClock): Promise<Health> {
  const { get } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return new Promise((resolve) => {
    const answer = (service: string | undefined, problem: string) => {
      callOff();
      request.destroy();
      resolve({ service, problem });
    };
    const request = get(`${url}/health`, { agent: false }, (res) => {
      let body = "";
      res.setEncoding("utf8");
      res.on("data", (text: string) => {
        body += text;
        if (body.length > maxBytes) answer(undefined, "something that is not Synapse answers");
      });
      res.on("error", (error) => answer(undefined, error.message));
      res.on("end", () => {
        const service = serviceIn(body);
        answer(service, service === undefined ? "something that is not Synapse answers" : "");
      });
    });
    const callOff = clock.after(timeoutMs, () => answer(undefined, `no answer within ${timeoutMs} ms`));
    request.on("error", (error: NodeJS.ErrnoException) =>
      answer(undefined, problems[error.code ?? ""] ?? error.message),
    );
  });
}

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the name can't be looked up",
  HPE_INVALID_CONSTANT: "something that is not Synapse answers",
};

function serviceIn(body: string): string | undefined {
  try {
    const { service } = JSON.parse(body) as { service?: unknown };
    return typeof service === "string" ? service : undefined;
  } catch {
    return undefined;
  }
}
