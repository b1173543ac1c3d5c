import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { closeSocket, resetSocket } from "./tcp-ending.ts";

async function pair(): Promise<{ near: Socket; far: Socket } & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [near] = (await once(server, "connection")) as [Socket];
  for (const socket of [near, far]) socket.on("error", () => {});
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe("a socket", () => {
  // Its handle stayed open for good, and the process with it.
  it.each(["end", "reset"] as const)("that is closed while its %s is under way is let go of", async (began) => {
    await using both = await pair();
    const closed = once(both.near, "close");
    if (began === "end") both.near.end();
    else resetSocket(both.near);
    await nextTick();
    resetSocket(both.near);
    closeSocket(both.near);
    await closed;
    expect(both.near.destroyed).toBe(true);
  });

  it("that is reset tells the other side so", async () => {
    await using both = await pair();
    const told = once(both.far, "error").catch((error: unknown) => [error]);
    resetSocket(both.near);
    expect(await told).toMatchObject([{ code: "ECONNRESET" }]);
  });
});
