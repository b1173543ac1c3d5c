// Closes and resets sockets, whatever state they are in.
import type { Socket } from "node:net";

/**
 * Whether its end is on its way out. A reset that is asked for meanwhile fails, and the socket is never let go of: it
 * keeps the process alive (libuv's uv_tcp_close_reset gives EINVAL while uv_shutdown is under way).
 */
function isShutting({ writableEnded, writableLength, writableFinished }: Socket): boolean {
  return writableEnded && writableLength === 0 && !writableFinished;
}

function onceShut(socket: Socket, run: () => void): void {
  if (isShutting(socket) && !socket.destroyed) socket.once("finish", run);
  else run();
}

export function closeSocket(socket: Socket): void {
  onceShut(socket, () => socket.destroy());
}

export function resetSocket(socket: Socket): void {
  onceShut(socket, () => socket.resetAndDestroy());
}
