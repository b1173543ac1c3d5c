// Finds a program as a shell would: by its path, or on the PATH.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** Undefined when there is none that can be run. */
export async function programOn(name: string, path = ""): Promise<string | undefined> {
  const folders = path.split(delimiter).filter(isAbsolute);
  const files = name.includes("/") ? [name] : folders.map((folder) => join(folder, name));
  for (const file of files) if (await isProgram(file)) return file;
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
