import { parseArgs } from "node:util";
import { DEFAULT_CASSANDRA_VERSION, startCassandra } from "./index.js";

const USAGE = `Runs a real Cassandra on this machine until Ctrl-C.

npm run cassandra -- [options]
  --nodes 1|3      one node on 127.0.0.1 (default), or three on 127.0.0.1 to 127.0.0.3
  --version V      version of org.apache.cassandra:cassandra-all (default ${DEFAULT_CASSANDRA_VERSION})
  --data DIR       keep the data in DIR (default: a temporary folder, deleted at the end)
  --port N         CQL port (default 9042)
  --commitlog M    periodic (default), batch or group
  --help           this text`;

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const options = { nodes: text, version: text, data: text, port: text, commitlog: text, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ options });
  if (values.help) return console.log(USAGE);
  const commitlogSync = oneOf("--commitlog", values.commitlog ?? "periodic", ["periodic", "batch", "group"] as const);
  const nodes = oneOf("--nodes", values.nodes ?? "1", ["1", "3"] as const) === "3" ? 3 : 1;
  const nativePort = Number(values.port ?? 9042);
  if (!Number.isInteger(nativePort) || nativePort < 1 || nativePort > 65_535) throw new Error("--port: a number from 1 to 65535");

  const signalled = new Promise<undefined>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve(undefined));
  });
  const { version, data: dataDir } = values;
  const started = startCassandra({
    ...{ nodes, nativePort, commitlogSync, log: console.log },
    ...(version === undefined ? {} : { version }),
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  // A signal during start-up: the exit ends the children.
  const cluster = await Promise.race([started, signalled]);
  if (cluster === undefined) return process.exit(0);
  console.log(`\nNext, in another terminal:\n  CASSANDRA_HOSTS=${cluster.contactPoints.join(",")} npm start`);
  console.log("Ctrl-C stops it.");
  const alive = setInterval(() => {}, 60_000);
  const death = await Promise.race([cluster.died, signalled]);
  clearInterval(alive);
  console.log(death ?? "stopping");
  await cluster.stop();
  process.exit(death === undefined ? 0 : 1);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name}: one of ${allowed.join(", ")}`);
  return found;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
