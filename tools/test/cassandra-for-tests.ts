import { after } from "node:test";
import { CassandraUnavailableError, startCassandra, type StartCassandraOptions } from "../cassandra/index.js";

/** A Cassandra that tests may use ("host:port"), or the reason to skip them. */
export type CassandraForTests = { readonly contactPoint: string } | { readonly skip: string };

/** Names of the variables by which the test program hands its Cassandra to the test files. */
export const CASSANDRA_ENV = { contactPoint: "CASSADRA_TEST_CASSANDRA", skip: "CASSADRA_TEST_CASSANDRA_SKIP" } as const;

let own: Promise<CassandraForTests> | undefined;
let stopOwn: () => Promise<void> = async () => {};

// Here, at the root of whatever file imports this, and not below: called inside a test or a suite it would belong to that.
after(() => stopOwn());

/**
 * The Cassandra for this test file: the one that `npm test` shares among all files (so use a keyspace of your own),
 * or, when the file is run by hand, one started now that is stopped after the tests of this process.
 * Import it statically. Rejects when Cassandra should run here but did not start.
 */
export function cassandraForTests(): Promise<CassandraForTests> {
  own ??= fromEnv() ?? startOwn();
  return own;
}

/**
 * Settings of a Cassandra for tests: `CASSADRA_TEST_CASSANDRA_VERSION` chooses the version. The default is
 * commitlog_sync periodic, which acknowledges before the disk has the write, for speed.
 */
export function testClusterOptions(env: NodeJS.ProcessEnv = process.env): StartCassandraOptions {
  const version = env["CASSADRA_TEST_CASSANDRA_VERSION"];
  return version ? { version } : {};
}

function fromEnv(): Promise<CassandraForTests> | undefined {
  const contactPoint = process.env[CASSANDRA_ENV.contactPoint];
  if (contactPoint) return Promise.resolve({ contactPoint });
  const skip = process.env[CASSANDRA_ENV.skip];
  return skip ? Promise.resolve({ skip }) : undefined;
}

async function startOwn(): Promise<CassandraForTests> {
  try {
    const cluster = await startCassandra({ ...testClusterOptions(), log: console.error });
    stopOwn = () => cluster.stop();
    const [contactPoint = ""] = cluster.contactPoints;
    return { contactPoint };
  } catch (error) {
    if (error instanceof CassandraUnavailableError && process.env["CI"] !== "true") return { skip: error.message };
    throw error;
  }
}
