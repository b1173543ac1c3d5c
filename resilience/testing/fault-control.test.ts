import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { faultControl } from "./fault-control.ts";
import { tcpFaultProxy } from "./tcp-fault-proxy.ts";

interface Told {
  isUp: boolean;
  fault: unknown;
  links: unknown[];
  problem?: string;
}

/** A steered proxy before an echo. */
async function steered() {
  const echo = createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  const proxy = await tcpFaultProxy({ target: (echo.address() as AddressInfo).port });
  const control = await faultControl(proxy);
  const tell = async (path: string, body?: unknown) => {
    const post = { method: "POST", body: JSON.stringify(body) };
    const res = await fetch(`${control.url}${path}`, body === undefined ? {} : post);
    return { status: res.status, body: (await res.json()) as Told };
  };
  return {
    proxy,
    tell,
    async connected() {
      const socket = connect(proxy.port, "127.0.0.1");
      socket.write("hello");
      await once(socket, "data");
      return socket;
    },
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      echo.close();
    },
  };
}

describe("the port that steers a fault proxy", () => {
  it("shows the connections and strikes one of them", async () => {
    await using way = await steered();
    const [first, second] = [await way.connected(), await way.connected()];
    const { links } = (await way.tell("/links")).body;
    expect(links).toEqual([1, 2].map((id) => ({ id, fault: { kind: "none" }, answeredBytes: 5 })));
    const reset = new Promise((resolve) => first.once("close", resolve).on("error", () => {}));
    expect((await way.tell("/fault", { kind: "reset", link: 1 })).status).toBe(200);
    await reset;
    second.write("still here");
    expect(String((await once(second, "data"))[0])).toBe("still here");
    second.destroy();
  });

  it("takes toxiproxy's words, for new connections alone when told so", async () => {
    await using way = await steered();
    const before = await way.connected();
    const toxic = { type: "latency", attributes: { latency: 1 }, link: "new" };
    expect((await way.tell("/fault", toxic)).body.fault).toEqual({ kind: "latency", ms: 1, jitterMs: 0 });
    expect([...way.proxy.links].map(({ fault }) => fault.kind)).toEqual(["none"]);
    before.destroy();
  });

  it("takes the proxy down and up, and leads it elsewhere", async () => {
    await using way = await steered();
    expect((await way.tell("/fault", { kind: "down" })).body.isUp).toBe(false);
    expect((await way.tell("/fault", { kind: "up" })).body.isUp).toBe(true);
    await way.tell("/target", { port: null });
    const socket = connect(way.proxy.port, "127.0.0.1");
    const [error] = await once(socket, "error");
    expect(error.code).toBe("ECONNRESET");
  });

  it.each([
    ["/fault", { kind: "rain" }, "kind must be one of"],
    ["/fault", { kind: "none", link: 7 }, 'link must be "all", "new" or the id'],
    ["/fault", [], "kind must be one of"],
    ["/target", { port: 0 }, "port must be a port or null, got 0"],
    ["/elsewhere", {}, "must be GET /links"],
  ])("refuses POST %s %j: %s", async (path, body, words) => {
    await using way = await steered();
    const { status, body: told } = await way.tell(path, body);
    expect([status, told.problem]).toEqual([400, expect.stringContaining(words)]);
  });
});
