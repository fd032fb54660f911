import type { Client } from 'cassandra-driver';
import type { Finding } from '../../storage/index.js';

/** Over it a stream is slow to load whole, and a partition heavy to compact. */
const STREAM_MIB_MAX = 100;
/** The view's partition is one type: it is paged, but repair and compaction see it whole. */
const TYPE_MIB_MAX = 1_024;

interface SizeCheck {
  readonly table: string;
  readonly check: string;
  readonly mebibytesMax: number;
  readonly remedy: string;
}

const CHECKS: readonly SizeCheck[] = [
  {
    table: 'events',
    check: 'largest stream',
    mebibytesMax: STREAM_MIB_MAX,
    remedy: 'begin a new stream for what goes on for long, and load from snapshots',
  },
  {
    table: 'events_by_type',
    check: 'largest type in the view',
    mebibytesMax: TYPE_MIB_MAX,
    remedy: 'divide the type into several: one partition holds all its events',
  },
];

/** The largest partitions, as the node that answers has them in its files on disk. */
export async function diagnoseSizes(client: Client, keyspace: string): Promise<Finding[]> {
  try {
    const { rows } = await client.execute(
      'SELECT keyspace_name, table_name, mebibytes FROM system_views.max_partition_size',
    );
    const sizes = new Map(
      rows
        .filter((row) => row.get('keyspace_name') === keyspace)
        .map((row) => [String(row.get('table_name')), Number(row.get('mebibytes'))]),
    );
    return CHECKS.map((check) => sizeFinding(check, sizes.get(check.table) ?? 0));
  } catch {
    return [{ check: 'partition sizes', level: 'ok', text: 'not shown by this Cassandra' }];
  }
}

function sizeFinding({ check, mebibytesMax, remedy }: SizeCheck, mebibytes: number): Finding {
  const text = `${mebibytes} MiB at most on one node, of what is flushed to disk`;
  if (mebibytes <= mebibytesMax) return { check, level: 'ok', text };
  return { check, level: 'warn', text, remedy };
}
