# One image for all four processes: the command says which one runs, such as `node dist/claude.js`.
# BASE is Debian 12 with Node and npm under /usr/local, as the official image has them.
ARG BASE=docker.io/library/node:24.18.1-bookworm-slim

FROM ${BASE} AS build
WORKDIR /synapse
COPY package.json package-lock.json .npmrc ./
# No package that the bundles or their making need has an install script that must run.
RUN npm ci --ignore-scripts
COPY . .
RUN node tools/build.ts

FROM ${BASE}
# bubblewrap is the sandbox of codex. npm is taken away: nothing installs packages in a running container.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
 && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin synapse \
 && install -d -o synapse -g synapse -m 0700 /data
WORKDIR /synapse
# Programs and native code, which no bundle can hold.
COPY --from=build /synapse/node_modules/@biomejs node_modules/@biomejs
COPY --from=build /synapse/node_modules/@oxc-parser node_modules/@oxc-parser
COPY --from=build /synapse/dist dist
ENV NODE_ENV=production SYNAPSE_HOST=0.0.0.0 SYNAPSE_DATA_DIR=/data
USER 10001:10001
EXPOSE 5011 5012 5013 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["node", "dist/health.js"]
# Process 1 passes signals on and buries what a killed sandbox leaves behind, which Node there would not.
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/gateway.js"]
