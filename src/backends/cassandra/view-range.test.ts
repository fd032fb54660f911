import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { AppError, parseTypeCode } from '../../core/index.js';
import type { CqlSession, Page, ReadLevel, Row } from './cql-session.js';
import { row } from './simulation/simulated-cql.js';
import { statementsFor } from './statements.js';
import { RangeReader } from './view-range.js';

const STATEMENTS = statementsFor('eventstore', false);
const ID = types.Uuid.random();

/** A view of the original script with one row, whose event the table shows at `shown` only. */
function reader(shown: ReadLevel | 'never'): RangeReader {
  const event: Row = row({ id: ID, version: 1, savetime: new Date(5), type: 7, payload: 'x' });
  const session: CqlSession = {
    read: ({ query }, { level }): Promise<Page> => {
      const missing = query === STATEMENTS.eventAt && level !== shown;
      return Promise.resolve({ rows: missing ? [] : [event], pageState: undefined });
    },
    write: () => Promise.reject(new Error('no writes')),
    conditional: () => Promise.reject(new Error('no writes')),
  };
  const source = { session, statements: STATEMENTS, viewIsComplete: false };
  const type = parseTypeCode(7);
  assert.ok(type !== undefined);
  const range = { type, after: { kind: 'start' }, belowMs: 10 } as const;
  return new RangeReader(source, range, 1);
}

test('bug: an event in the view that a quorum of its table lacks yet is read serially', async () => {
  const range = reader('serial');
  await range.fetch();
  assert.equal(range.head?.event.version, 1);
});

test('an event in the view that no read finds in its table is reported', async () => {
  await assert.rejects(reader('never').fetch(), (error: unknown) => {
    return error instanceof AppError && error.code === 'STREAM_CORRUPT';
  });
});
