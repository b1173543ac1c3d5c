// The contract's Echo service for foreign clients: it mirrors, counts, fails and waits, as the first message says.
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { serveForTest, type TestServer } from "#rpc/testing.ts";
import { Echo, type Ping, PingSchema } from "../contract/echo.ts";
import { rpc } from "./rpc.ts";

export interface ServedEcho extends TestServer {
  /** How many handlers have seen their signal abort while they waited. */
  readonly left: number;
}

const merge = (from: Headers, to: Headers, name: string) => to.set(name, from.get(name) ?? "none");

/** What a text asks for: "fail", "wait", anything else is given back. */
async function obey({ text }: Ping, { signal, requestHeader, responseHeader, responseTrailer }: HandlerContext) {
  merge(requestHeader, responseHeader, "x-ask");
  merge(requestHeader, responseHeader, "x-ask-bin");
  responseTrailer.set("x-trail", "behind");
  if (text === "fail") {
    const detail = { desc: PingSchema, value: { text: "a detail" } };
    throw new ConnectError("grüße 100 %", Code.FailedPrecondition, { "x-error": "told" }, [detail]);
  }
  if (text !== "wait") return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw signal.reason;
}

export async function servedEcho(): Promise<ServedEcho> {
  const counted = { left: 0 };
  const obeyed = async (req: Ping, context: HandlerContext) => {
    await obey(req, context).finally(() => {
      if (context.signal.aborted) counted.left++;
    });
    return req;
  };
  const server = await serveForTest(
    (router) =>
      router.service(Echo, {
        unary: obeyed,
        look: obeyed,
        /** As many messages as the number says, then what the text asks for. */
        async *serverStream(req, context) {
          for (let at = 0n; at < req.number; at++) yield { number: at, data: req.data };
          await obeyed(req, context);
        },
        async clientStream(requests, context) {
          let number = 0n;
          for await (const each of requests) {
            await obeyed(each, context);
            number += each.number;
          }
          return { number };
        },
        async *bidi(requests, context) {
          for await (const each of requests) yield await obeyed(each, context);
        },
      }),
    [],
    undefined,
    { rpc, readMaxBytes: 16 << 20 },
  );
  return {
    ...server,
    get left() {
      return counted.left;
    },
  };
}
