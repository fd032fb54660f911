# One image a program: docker build --target grpc-store .   (scheduler, grpc-sink, poll-client,
# gentables). Dockerfile.grpcstore, .grpcsink and .pollclient are written from this file.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing here needs an install script: what is native comes built.
RUN npm ci --ignore-scripts --include=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
COPY cmd cmd
COPY tools/prepare tools/prepare
# Types are checked by `npm run check`. The folder is for checkpoints and the embedded store.
RUN node node_modules/typescript/bin/tsc --noCheck \
  && node node_modules/vite/bin/vite.js build --config src/console/vite.config.mjs \
  && node tools/prepare/bundle.mjs \
  && npm prune --ignore-scripts --omit=dev --no-audit --no-fund \
  && mkdir empty

FROM node:24-slim AS runtime
ENV NODE_ENV=production
WORKDIR /app
# A volume that is mounted here takes over its owner.
COPY --from=build --chown=node:node /app/empty /var/lib/cassadra
COPY package.json LICENSE ./
COPY proto proto
COPY cql cql
COPY tools/ask-health.mjs tools/
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/cmd dist/cmd
# By number: Kubernetes cannot tell whether a name is root. It is the image's user "node".
USER 1000:1000

FROM runtime AS grpc-store
COPY --from=build /app/dist/bundle dist/bundle
COPY --from=build /app/dist/console dist/console
ENV HOST=0.0.0.0 PORT=8080 HTTP_PORT=8081 DATA_DIR=/var/lib/cassadra
EXPOSE 8080 8081
HEALTHCHECK --start-period=60s --interval=5s --timeout=5s --retries=6 \
  CMD ["node", "tools/ask-health.mjs"]
# Room for what calls leave behind: an eighth less CPU under load.
CMD ["node", "--enable-source-maps", "--min-semi-space-size=16", "--max-semi-space-size=32", "dist/bundle/grpc-store.js"]

FROM runtime AS scheduler
ENV HOST=0.0.0.0 HTTP_PORT=8081 DATA_DIR=/var/lib/cassadra
EXPOSE 8081
HEALTHCHECK --start-period=60s --interval=5s --timeout=5s --retries=6 \
  CMD ["node", "tools/ask-health.mjs", "http"]
CMD ["node", "--enable-source-maps", "dist/cmd/scheduler/main.js"]

FROM runtime AS grpc-sink
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --start-period=60s --interval=5s --timeout=5s --retries=6 \
  CMD ["node", "tools/ask-health.mjs"]
CMD ["node", "--enable-source-maps", "dist/cmd/grpc-sink/main.js"]

# Nobody calls these two: there is no port to ask for their health.
FROM runtime AS poll-client
CMD ["node", "--enable-source-maps", "dist/cmd/polling-client/main.js"]

FROM runtime AS gentables
CMD ["node", "--enable-source-maps", "dist/cmd/gentables/main.js"]
