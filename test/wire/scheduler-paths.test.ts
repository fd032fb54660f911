import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { call } from '../http/http-caller.js';
import { recordedSchedules, type RecordedCall } from './recorded-schedules.js';
import { recordedTenants } from './recorded-tenants.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

const calls: RecordedCall[] = [];
let served: SchedulerUnderTest;

before(async () => {
  const instead = { schedules: recordedSchedules(calls), tenants: recordedTenants(calls) };
  served = await serveScheduler({ instead });
});

beforeEach(() => calls.splice(0));

after(() => served.stop());

const firstPage = { after: undefined, limit: 100 };
const key = (scheduleId: string, application = 'shop') => ({ application, scheduleId });

/** Names are whatever people like: what a path means. */
const PATHS: readonly (readonly [request: string, asked: RecordedCall])[] = [
  ['GET /v1/applications', ['list', firstPage]],
  ['GET /v1/applications/x:pause', ['find', 'x:pause']],
  ['POST /v1/applications/x:pause', ['pause', 'x', '']],
  ['POST /v1/applications/x:pause:pause', ['pause', 'x:pause', '']],
  ['POST /v1/applications/x%3Apause:resume', ['resume', 'x:pause']],
  ['POST /v1/applications/policy:pause', ['pause', 'policy', '']],
  ['GET /v1/applications/schedules', ['find', 'schedules']],
  ['GET /v1/applications/a%2Fschedules', ['find', 'a/schedules']],
  ['GET /v1/applications/shop/schedules', ['list', 'shop', firstPage]],
  ['GET /v1/applications/shop/schedules/a:trigger', ['find', key('a:trigger')]],
  ['POST /v1/applications/shop/schedules/a:trigger', ['trigger', key('a'), undefined]],
  ['POST /v1/applications/shop/schedules/a:pause:resume', ['resume', key('a:pause')]],
  ['POST /v1/applications/shop/schedules/a%2Fb:pause', ['pause', key('a/b'), '']],
  ['DELETE /v1/applications/a:b/schedules/next-runs', ['remove', key('next-runs', 'a:b')]],
];

for (const [request, asked] of PATHS) {
  test(`${request} asks for ${JSON.stringify(asked)}`, async () => {
    const [method = '', path = ''] = request.split(' ');
    const { status, body } = await call(served.httpPort, path, { method });
    assert.equal(status, 200, body);
    assert.deepEqual(calls, [asked]);
  });
}

const NOT_THERE: readonly (readonly [request: string, status: number, allow?: string])[] = [
  ['GET /v1/applications/shop/policy', 405, 'PUT'],
  ['POST /v1/applications/shop', 405, 'GET'],
  ['DELETE /v1/applications/shop:pause', 405, 'GET, POST'],
  ['GET /v1/applications/shop/destinations:enable', 405, 'POST'],
  ['GET /v1/failed', 404],
  ['GET /v1/failed:replay', 405, 'POST'],
  ['POST /v1/sweeps', 405, 'GET'],
];

for (const [request, status, allow] of NOT_THERE) {
  test(`${request} is nothing that can be asked`, async () => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await call(served.httpPort, path, { method });
    assert.deepEqual([answer.status, answer.headers.allow], [status, allow]);
    assert.deepEqual(calls, []);
  });
}
