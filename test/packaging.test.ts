// The image, compose.yaml and the monitoring files say what the code says, and leave nothing open by default.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig, variables } from "#runtime/config.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const yaml = (path: string) => parse(read(path), { merge: true });

interface Service {
  image: string;
  build?: string;
  command?: string[];
  user?: string;
  environment?: Record<string, string | null>;
  ports: string[];
  networks: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  security_opt: string[];
  stop_grace_period?: string;
  pids_limit: number;
}
const manifest = JSON.parse(read("package.json"));
const dockerfile = read("Dockerfile");
const byName: Record<string, Service> = yaml("compose.yaml").services;
const services = Object.entries(byName);
const processes = services.filter(([, { build }]) => build !== undefined);
const published = (service: Service) => service.ports.map((port) => /^127\.0\.0\.1:\$\{\w+:-(\d+)\}:(\d+)$/.exec(port));

describe("compose.yaml", () => {
  it("has the four processes and the monitoring, and starts each by its bundle", () => {
    expect(services.map(([name]) => name)).toEqual(["claude", "gemini", "codex", "gateway", "prometheus", "grafana"]);
    for (const [name, { command }] of processes) expect(command).toEqual(["node", `dist/${name}.js`]);
  });

  it.each(services)("opens %s to this machine alone", (_, service) => {
    expect(service.ports).not.toHaveLength(0);
    expect(published(service)).not.toContain(null);
    expect(service.networks).toEqual(["synapse"]);
  });

  it.each(services)("gives %s no more than it needs", (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], mem_limit: expect.any(String) });
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.security_opt).toContain("no-new-privileges:true");
    const opening = ["privileged", "cap_add", "pid", "ipc", "network_mode", "userns_mode", "devices", "group_add"];
    expect(Object.keys(service).filter((key) => opening.includes(key))).toEqual([]);
    expect(service.volumes?.filter((volume) => /docker\.sock|^\/|^~/.test(volume)) ?? []).toEqual([]);
    expect(service.volumes?.filter((volume) => /^\./.test(volume) && !volume.endsWith(":ro")) ?? []).toEqual([]);
  });

  it("loosens the kernel's guards for codex alone, which needs namespaces for its sandbox", () => {
    const loosened = services.filter(([, { security_opt }]) => security_opt.length > 1).map(([name]) => name);
    expect(loosened).toEqual(["codex"]);
    const profile = JSON.parse(read("deploy/container/seccomp.json"));
    const refused = profile.syscalls.flatMap(({ names, args }: { names: string[]; args?: unknown }) =>
      args ? [] : names,
    );
    expect(refused).toEqual(
      expect.arrayContaining(["bpf", "keyctl", "io_uring_setup", "ptrace", "setns", "kexec_load"]),
    );
    expect(refused).not.toContain("mount");
  });

  it("runs nothing as root and checks the health of all", () => {
    for (const [, { build, user, healthcheck }] of services) {
      if (build !== undefined) continue; // the image says both
      expect(user).toMatch(/^[1-9]\d*:\d+$/);
      expect(healthcheck?.test[0]).toBe("CMD");
    }
  });

  it("pins every image, its own to the version of the package", () => {
    for (const [, { image, build }] of services) {
      if (build !== undefined) expect(image).toBe(`synapse:${manifest.version}`);
      else expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    }
  });

  it("holds no secret and no account: Grafana shows, and lets nobody in", () => {
    const secrets = [...read("compose.yaml").matchAll(/\w*(?:password|secret|token|api_?key)\w*\s*[:=](.*)$/gim)];
    // Keys of providers come from outside, and only to those who think.
    for (const [line, value = ""] of secrets) expect(value.trim(), line).toBe("");
    const holders = services.filter(([, { environment = {} }]) =>
      Object.keys(environment).some((name) => /KEY/.test(name)),
    );
    expect(holders.map(([name]) => name)).toEqual(["claude", "gemini", "codex"]);
    expect(byName.grafana?.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
      GF_AUTH_BASIC_ENABLED: "false",
      GF_AUTH_DISABLE_LOGIN_FORM: "true",
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: "true",
    });
  });

  it.each(processes)(
    "configures %s with what its code allows, on the ports and names it is looked for",
    (name, service) => {
      const inImage = Object.fromEntries(
        [...dockerfile.matchAll(/(SYNAPSE_\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
      );
      const config = readConfig({ ...inImage, ...unset(service.environment) });
      const port = variables[`SYNAPSE_${name.toUpperCase()}_PORT` as "SYNAPSE_CLAUDE_PORT"].default({});
      expect(published(service)[0]?.slice(1)).toEqual([String(port), String(port)]);
      expect(config.SYNAPSE_ALLOWED_HOSTS).toContain(name);
      expect(config.SYNAPSE_HOST).toBe("0.0.0.0");
      expect(service.volumes).toContain(`${name}:${config.SYNAPSE_DATA_DIR}`);
      expect(Number.parseInt(service.stop_grace_period ?? "", 10) * 1000).toBeGreaterThan(
        25_000 + config.SYNAPSE_DRAIN_DELAY_MS,
      );
      if (name === "gateway") return;
      const gateway = readConfig(unset(byName.gateway?.environment));
      const urls = gateway[`SYNAPSE_${name.toUpperCase()}_URLS` as "SYNAPSE_CLAUDE_URLS"];
      expect(urls).toEqual([{ url: `http://${name}:${port}` }]);
    },
  );
});

/** What a container gets where the user has set nothing. */
function unset(environment: Readonly<Record<string, string | null>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

describe("the image", () => {
  it("is built on the Node that the project pins", () => {
    expect(dockerfile).toMatch(new RegExp(`^ARG BASE=\\S+node:${manifest.devDependencies.node}-`, "m"));
    expect(dockerfile).not.toMatch(/:latest|^ADD /m);
  });

  it("runs as its own user, passes signals on, checks its health and has no npm", () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf("FROM "));
    expect(last).toMatch(/^USER 10001:10001$/m);
    expect(last).toMatch(/^ENTRYPOINT \["tini", "--"\]\nCMD \["node", /m);
    expect(last).toMatch(/^HEALTHCHECK .*CMD \["node", "dist\/health\.js"\]$/m);
    expect(last).toMatch(/rm -rf .*\/usr\/local\/bin\/npm/);
  });

  const agents = ["claude", "gemini", "codex"].map((name) => `services/${name}/main.ts`);
  const { files, packages } = importedBy([...agents, "gateway/main.ts", "cli/main.ts", "deploy/container/health.ts"]);

  it("is built from every file that the processes and the command line import", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !isInImage(file))).toEqual([]);
  });

  it("is built from neither tests nor what lies about in a clone", () => {
    for (const path of [
      ".git/config",
      ".env",
      "node_modules/x.js",
      "rpc/health.test.ts",
      "store/testing/x.ts",
      "test/system.ts",
    ])
      expect([path, isInImage(path)]).toEqual([path, false]);
  });

  it("is built from packages that are named as the processes' own", () => {
    expect(packages.filter((name) => !(name in manifest.dependencies))).toEqual([]);
  });
});

describe("monitoring", () => {
  it("scrapes each process where compose.yaml has it", () => {
    const [{ static_configs }] = yaml("deploy/prometheus/prometheus.yml").scrape_configs;
    const expected = processes.map(([name, service]) => [`${name}:${published(service)[0]?.[2]}`, name]);
    expect(
      static_configs.map((each: { targets: string[]; labels: { service: string } }) => [
        each.targets[0],
        each.labels.service,
      ]),
    ).toEqual(expected);
  });

  it("draws from the data source it provisions, with a word on every panel", () => {
    const [{ uid, url }] = yaml("deploy/grafana/provisioning/datasources/prometheus.yaml").datasources;
    const { panels } = JSON.parse(read("deploy/grafana/dashboards/synapse.json"));
    const drawing = panels.filter((panel: { type: string }) => panel.type !== "row");
    expect(url).toBe("http://prometheus:9090");
    for (const panel of drawing) {
      expect(panel).toMatchObject({ description: expect.stringMatching(/\.$/), datasource: { uid } });
      expect(panel.targets.length).toBeGreaterThan(0);
    }
  });
});

/** Whether .dockerignore lets a path in: nothing but what is named, less tests. */
function isInImage(path: string): boolean {
  const lines = read(".dockerignore").split("\n");
  if (!lines.includes("*")) return true;
  const named = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const isOut = /\.test\.ts$|(^|\/)testing\//.test(path);
  return !isOut && named.some((name) => path === name || path.startsWith(`${name}/`));
}

/** Every file of ours that these files import, directly or not, and every package. */
function importedBy(entries: readonly string[]): { files: string[]; packages: string[] } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const imports = read(file).matchAll(
      /(?:^(?:import|export|}) .*?from |^import |\bawait import\(|new URL\()"([^"]+)"/gm,
    );
    for (const [line, target] of imports) {
      if (target === undefined || /^\w+:|\.\.$/.test(target)) continue; // Node's own, addresses, folders
      if (target.startsWith("#")) visit(target.slice(1));
      else if (target.startsWith(".")) visit(relative(root, join(root, dirname(file), target)));
      else if (!line.startsWith("new"))
        packages.add(
          target
            .split("/")
            .slice(0, target.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  };
  for (const entry of entries) visit(entry);
  return { files: [...files], packages: [...packages] };
}
