// Says of a file of the working tree why it is not sent; pure.
import { isUtf8 } from "node:buffer";

/** What the contract carries of one file. */
export const maxFileBytes = 1 << 20;

const secretNames: readonly RegExp[] = [
  /^\.env(?:\.(?!(?:example|sample|template|dist|defaults)$).+)?$/i,
  /\.env$/i,
  /\.(?:pem|key|p12|pfx|pkcs12|jks|keystore|kdbx|ppk|gpg|tfvars|tfstate)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/i,
  /^(?:\.netrc|_netrc|\.pypirc|\.htpasswd|\.git-credentials|\.dockercfg|\.pgpass|\.my\.cnf|kubeconfig|credentials)$/i,
  /^(?:credentials|secrets?|service[-_]?account.*)\.(?:json|ya?ml|toml|ini|txt)$/i,
];
const secretContents: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{40,}|\bglpat-[\w-]{20,}/,
  /\bsk-[A-Za-z0-9_-]{32,}|\bAIza[\w-]{35}\b|\bxox[abprs]-[\w-]{20,}|\bnpm_[A-Za-z0-9]{36}\b/,
  /^\/\/\S+:(?:_authToken|_password|_auth) *= *[^$\s]/m,
];

/** By its name alone, so that it is not even read. */
export function leftOutByName(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (path.length > 240) return "its path is too long";
  if (/[\x00-\x1f\x7f\\]/.test(path)) return "its name has characters that names should not have";
  return secretNames.some((pattern) => pattern.test(name)) ? "may hold secrets" : undefined;
}

export function leftOutByContent(content: Uint8Array): string | undefined {
  if (content.byteLength > maxFileBytes) return `larger than ${maxFileBytes >> 20} MiB`;
  if (content.includes(0) || !isUtf8(content)) return "no UTF-8 text";
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
  return secretContents.some((pattern) => pattern.test(text)) ? "holds what looks like a secret" : undefined;
}
