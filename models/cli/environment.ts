// The environment a program gets: what it needs and its own keys, never those of other providers.
import type { Cli, Environment } from "./cli.ts";

/** What every program may have. */
const everyones = [
  ...["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** `own` stands before what is inherited, and takes it away where it is empty. Times told in words are then in UTC. */
export function environmentOf(
  { variables }: Pick<Cli, "variables">,
  env: Environment,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = [...everyones, ...variables].flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  const all: Record<string, string> = { ...Object.fromEntries(inherited), TZ: "UTC", NO_COLOR: "1", ...own };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** Whatever must not be told to anyone. */
export function secretsOf({ variables }: Pick<Cli, "variables">, env: Environment): string[] {
  return variables.filter((name) => /KEY|TOKEN/.test(name)).flatMap((name) => env[name] || []);
}
