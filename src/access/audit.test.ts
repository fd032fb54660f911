import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime, silentLogger, type LogFields } from '../runtime/index.js';
import { createAudit } from './audit.js';

const CALL = {
  ...{ transport: 'grpc', method: 'a.B/C', address: '192.0.2.1' },
  ...{ requestId: 'r1', caller: 'orders' },
};

test('a flood of refusals fills neither log nor disk, and is counted', async () => {
  const time = new FakeTime();
  const lines: [string, LogFields][] = [];
  const warn = (fields: LogFields, message: string): unknown => lines.push([message, fields]);
  const audit = createAudit({ clock: time, timers: time, logger: { ...silentLogger, warn } });
  for (let count = 0; count < 1_000; count += 1) audit.of(CALL).refused({ reason: 'no token' });
  assert.equal(lines.length, 20);
  const { requestId: request_id, ...rest } = CALL;
  assert.deepEqual(lines[0], ['call refused', { request_id, ...rest, reason: 'no token' }]);
  time.advance(1_000);
  await Promise.resolve();
  assert.deepEqual(lines[20], ['refused calls are left out of the log', { count: 980 }]);
  audit.of(CALL).refused({ reason: 'no token' });
  assert.equal(lines.length, 22);
  time.advance(5_000);
  await Promise.resolve();
  assert.equal(lines.length, 22, 'nothing more was left out');
});

test('admin calls are told with what they touched, and no more of it than fits a line', () => {
  const lines: LogFields[] = [];
  const info = (fields: LogFields): unknown => lines.push(fields);
  const time = new FakeTime();
  const audit = createAudit({ clock: time, timers: time, logger: { ...silentLogger, info } });
  audit.of(CALL).admin('OK', { application: 'x'.repeat(10_000) });
  const [line] = lines;
  assert.equal(line?.['caller'], 'orders');
  assert.ok(JSON.stringify(line).length < 1_000);
});
