# One image a program: docker build --target grpc-store .   (grpc-sink, poll-client, gentables)

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing here needs an install script: what is native comes built.
RUN npm ci --ignore-scripts --include=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
COPY cmd cmd
COPY tools tools
RUN node node_modules/typescript/bin/tsc && npm prune --ignore-scripts --omit=dev --no-audit

FROM node:24-slim AS runtime
ENV NODE_ENV=production
WORKDIR /app
# For checkpoints and the embedded store; a volume that is mounted here takes over its owner.
RUN mkdir /var/lib/cassadra && chown node:node /var/lib/cassadra
COPY package.json LICENSE ./
COPY proto proto
COPY cql cql
COPY tools/ask-health.mjs tools/
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/cmd dist/cmd
USER node

FROM runtime AS server
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --start-period=60s --interval=5s --timeout=5s --retries=6 \
  CMD ["node", "tools/ask-health.mjs"]

FROM server AS grpc-store
ENV DATA_DIR=/var/lib/cassadra
CMD ["node", "--enable-source-maps", "dist/cmd/grpc-store/main.js"]

FROM server AS grpc-sink
CMD ["node", "--enable-source-maps", "dist/cmd/grpc-sink/main.js"]

FROM runtime AS poll-client
CMD ["node", "--enable-source-maps", "dist/cmd/polling-client/main.js"]

FROM runtime AS gentables
CMD ["node", "--enable-source-maps", "dist/cmd/gentables/main.js"]
