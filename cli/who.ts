// Who is at this command line, for the log of a run.
import { hostname, userInfo } from "node:os";

/** Such as "kim@laptop"; the host alone where the user has no name. */
export function who(): string {
  try {
    return `${userInfo().username}@${hostname()}`.slice(0, 200);
  } catch {
    return hostname().slice(0, 200);
  }
}
