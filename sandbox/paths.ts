// Which paths may enter or leave a working folder.

/** As in the contract's File message. */
const maxLength = 240;
const maxDepth = 32;

/** Why a path is refused; undefined when it is fine: relative, forward slashes, nothing that could leave the folder. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.length > maxLength) return `is longer than ${maxLength} characters`;
  if (/[\x00-\x1f\x7f]/.test(path)) return "has control characters";
  if (path.includes("\\")) return "has a backslash";
  if (path.startsWith("/")) return "is absolute";
  const parts = path.split("/");
  if (parts.length > maxDepth) return `is deeper than ${maxDepth} folders`;
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "has an empty, . or .. part";
  return undefined;
}

/** A hostile name made fit for a line of text. */
export function shown(name: string): string {
  const plain = name.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, "?");
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
}
