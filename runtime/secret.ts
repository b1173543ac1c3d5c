// A key of the user: given in the environment or in a file that only the user can read, and shown nowhere.
import { readFileSync, statSync } from "node:fs";
import { inspect } from "node:util";
import { failure, Reason } from "#core/failure.ts";
import type { Variable } from "./variable.ts";

export interface Secret {
  /** The key itself. */
  reveal(): string;
}

/** Whatever prints it prints "set". */
function secret(reveal: () => string): Secret {
  const shown = () => "set";
  return Object.defineProperties({ reveal } as Secret, {
    toString: { value: shown },
    toJSON: { value: shown },
    [inspect.custom]: { value: shown },
  });
}

const isKey = (value: string) => /^[\x21-\x7e]{1,4096}$/.test(value);

export const key = (says: string): Variable<Secret | undefined> => ({
  says,
  allowed: "a key of one word, without spaces or line breaks",
  default: () => undefined,
  parse: (value) => (isKey(value.trim()) ? secret(() => value.trim()) : undefined),
  isSecret: true,
});

/** The file is read when the key is needed: who needs none never has it. */
export const keyFile = (says: string): Variable<Secret | undefined> => ({
  says,
  allowed: "a file of this user with mode 0600 that holds the key and nothing else",
  default: () => undefined,
  parse: (path) => (fileProblem(path) === undefined ? secret(() => readKey(path)) : undefined),
  wrong: fileProblem,
});

const maxKeyBytes = 8192;

function fileProblem(path: string): string | undefined {
  const file = stated(path);
  if (file === undefined) return "there is no such file, or it can't be reached";
  if (!file.isFile()) return "it is no file";
  if ((file.mode & 0o077) !== 0)
    return `others may read or change it (mode ${(file.mode & 0o777).toString(8).padStart(4, "0")}): chmod 600 ${path}`;
  const user = process.getuid?.();
  if (user !== undefined && file.uid !== user)
    return `it belongs to user ${file.uid}, not to this one: chown ${user} ${path}`;
  if (file.size === 0) return "it is empty";
  return file.size > maxKeyBytes ? "it is too large for a key" : undefined;
}

function stated(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function readKey(path: string): string {
  const value = readFileSync(path, "utf8").trim();
  if (isKey(value)) return value;
  throw failure(Reason.INVALID_INPUT, `${path} holds no key: it must hold one word and nothing else`);
}
