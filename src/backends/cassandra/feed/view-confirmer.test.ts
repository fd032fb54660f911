import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { parseTypeCode, requireUuid } from '../../../core/index.js';
import { silentLogger, systemComponents } from '../../../runtime/index.js';
import type { CqlSession, Page, Row } from '../cql-session.js';
import { ViewConfirmer } from './view-confirmer.js';
import { WriteRegister } from './write-register.js';

const type = parseTypeCode(1);

function keyRow(savetimeMs: number, version: number, stream: string): Row {
  const values: Readonly<Record<string, unknown>> = {
    savetime: new Date(savetimeMs),
    version,
    id: types.Uuid.fromString(stream),
  };
  return {
    ...values,
    get: (column) => values[column],
    keys: () => Object.keys(values),
    values: () => Object.values(values),
    forEach: () => undefined,
  };
}

test('a write that comes while the last round ends is confirmed too', async () => {
  assert.ok(type !== undefined);
  for (let offset = 0; offset < 12; offset += 1) {
    const register = new WriteRegister();
    const stream = requireUuid(randomUUID());
    const shown: Row[] = [];
    let reads = 0;
    const second = (): void => {
      const write = register.open({
        nowMs: 2_000,
        monotonicMs: 0,
        epoch: 1,
        floorMs: 2_000,
        events: [],
      });
      shown.push(keyRow(2_000, 2, stream));
      confirmer.expect(write, stream, [{ type, savetimeMs: 2_000, version: 2 }]);
    };
    const session: CqlSession = {
      async read(): Promise<Page> {
        reads += 1;
        const page = { rows: [...shown], pageState: undefined };
        if (reads === 1) void afterTurns(offset).then(second);
        return Promise.resolve(page);
      },
      write: () => Promise.resolve(),
      conditional: () => Promise.resolve([]),
    };
    const components = systemComponents(silentLogger);
    const confirmer = new ViewConfirmer(session, register, 'SELECT keys', components);
    const request = { nowMs: 1_000, monotonicMs: 0, epoch: 1, floorMs: 1_000, events: [] };
    const write = register.open(request);
    shown.push(keyRow(1_000, 1, stream));
    confirmer.expect(write, stream, [{ type, savetimeMs: 1_000, version: 1 }]);
    while (!register.isEmpty || reads < 2) {
      confirmer.hurry();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await confirmer.stop();
  }
});

/** So many turns of the microtask queue later. */
async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}
