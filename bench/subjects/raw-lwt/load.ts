import { setTimeout as sleep } from 'node:timers/promises';
import { Client, policies, types } from 'cassandra-driver';
import { Latencies } from '../../load/latencies.js';
import { latencyAndCpu } from '../../load/latency-and-cpu.js';
import { loadInput } from '../../load/load-input.js';
import { PAYLOAD } from '../../load/payload.js';
import { wallClockMs } from '../../load/wall-clock.js';
import type { LoadResult } from '../../model/load-result.js';
import { createKeyspace } from '../../services/create-keyspace.js';

export interface RawLwtInput {
  /** `host:port,host:port`. */
  readonly hosts: string;
  readonly timers: number;
  /** Of the same load before, which does not count. */
  readonly seconds: number;
}

const KEYSPACE = 'bench_raw_lwt';
const IN_FLIGHT = 64;
const WARM_UP_ROWS = 500;
const CLOSE_MS = 5_000;
const SCHEMA = [
  `CREATE KEYSPACE ${KEYSPACE}
   WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
  `CREATE TABLE ${KEYSPACE}.timers
   (id uuid PRIMARY KEY, status int, claim uuid, payload text)`,
];
const INSERT = `INSERT INTO ${KEYSPACE}.timers (id, status, payload) VALUES (?, 0, ?)`;
const CLAIM = `UPDATE ${KEYSPACE}.timers SET status = 1, claim = ? WHERE id = ? IF status = 0`;

const { hosts, timers, seconds } = loadInput<RawLwtInput>();
const { loadBalancing } = policies;
const client = new Client({
  contactPoints: hosts.split(','),
  policies: {
    loadBalancing: new loadBalancing.TokenAwarePolicy(new loadBalancing.RoundRobinPolicy()),
  },
  queryOptions: {
    prepare: true,
    consistency: types.consistencies.quorum,
    serialConsistency: types.consistencies.serial,
  },
});
await createKeyspace(hosts, KEYSPACE, SCHEMA);
await client.connect();
for (const until = performance.now() + seconds * 1000; performance.now() < until; ) {
  await claimAll(await insertRows(WARM_UP_ROWS));
}
const result = await claimAll(await insertRows(timers));
console.log(JSON.stringify(result));
await Promise.race([client.shutdown(), sleep(CLOSE_MS)]);
// what it has left to be written does not fall on others
await createKeyspace(hosts, KEYSPACE, []);
process.exit(0);

async function insertRows(count: number): Promise<types.Uuid[]> {
  const ids = Array.from({ length: count }, () => types.Uuid.random());
  await inFlight(ids, async (id) => {
    await client.execute(INSERT, [id, PAYLOAD]);
  });
  return ids;
}

/** One conditional update of each row. Latency: the beginning of all to the answer. */
async function claimAll(ids: readonly types.Uuid[]): Promise<LoadResult> {
  const latencies = new Latencies();
  let errors = 0;
  const fromMs = wallClockMs();
  const cpu = process.cpuUsage();
  await inFlight(ids, async (id) => {
    const applied = await client.execute(CLAIM, [types.Uuid.random(), id]).then(
      (answer) => answer.wasApplied(),
      () => false,
    );
    if (applied) latencies.add(wallClockMs() - fromMs);
    else errors += 1;
  });
  const untilMs = wallClockMs();
  const spent = process.cpuUsage(cpu);
  return {
    ...{ operations: ids.length - errors, events: ids.length - errors, errors },
    ...{ seconds: (untilMs - fromMs) / 1000, window: { fromMs, untilMs } },
    ...latencyAndCpu(latencies.percentiles(), spent),
  };
}

async function inFlight<T>(items: readonly T[], call: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const work = async (): Promise<void> => {
    for (const item of rest) await call(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}
