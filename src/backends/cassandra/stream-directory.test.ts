import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid, STREAM_NAMESPACE, streamRef } from '../../core/index.js';
import { FakeTime, seededRandom, systemIds } from '../../runtime/index.js';
import type { CqlSession, Statement } from './cql-session.js';
import { statementsFor } from './statements.js';
import { StreamDirectory } from './stream-directory.js';
import { StreamHeads } from './stream-heads.js';

const nameToUuid = (name: string) => requireUuid(systemIds.nameId(name, STREAM_NAMESPACE));
const STATEMENTS = statementsFor('k', true);

function directory(writes: (readonly Statement[])[]): StreamDirectory {
  const session: CqlSession = {
    read: () => Promise.reject(new Error('no reads')),
    write: async (statements) => {
      writes.push(statements);
      await new Promise((resolve) => void setImmediate(resolve));
    },
    conditional: () => Promise.reject(new Error('no conditional writes')),
  };
  const heads = new StreamHeads(session, STATEMENTS);
  const components = { timers: new FakeTime(), random: seededRandom(7) };
  return new StreamDirectory({ session, statements: STATEMENTS, heads }, 'k', components);
}

const shardOf = ({ params }: Statement): number => Number(params[0]);

test('names that come together go together, each once', async () => {
  const writes: (readonly Statement[])[] = [];
  const names = directory(writes);
  const streams = Array.from({ length: 64 }, (_, index) => streamRef(`s/${index}`, nameToUuid));
  await Promise.all(streams.map((stream) => names.enlist(stream)));
  assert.deepEqual(
    writes.map(({ length }) => length),
    [1, 63],
  );
  await Promise.all(streams.map((stream) => names.enlist(stream)));
  assert.equal(writes.length, 2);
});

test('every thousand names go to the next shard, and all shards get as many', async () => {
  const writes: (readonly Statement[])[] = [];
  const names = directory(writes);
  for (let round = 0; round < 320; round += 1) {
    const streams = Array.from({ length: 100 }, (_, index) => {
      return streamRef(`s/${round}/${index}`, nameToUuid);
    });
    await Promise.all(streams.map((stream) => names.enlist(stream)));
  }
  const rows = new Map<number, number>();
  for (const statement of writes.flat()) {
    const shard = shardOf(statement);
    rows.set(shard, (rows.get(shard) ?? 0) + 1);
  }
  assert.deepEqual(
    [...rows].toSorted(([left], [right]) => left - right),
    Array.from({ length: 16 }, (_, shard) => [shard, 2_000]),
  );
  for (const together of writes) assert.equal(new Set(together.map(shardOf)).size, 1);
});
