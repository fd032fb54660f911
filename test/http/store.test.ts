import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { call, type HttpAnswer } from './http-caller.js';
import { serveHttp, type HttpUnderTest } from './http-under-test.js';

const ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
const other = (n: number): string => `fade87a1-9df9-46bb-aae6-${String(n).padStart(12, '0')}`;

interface Page {
  readonly events: readonly { id: string; payload: string; type: number; time: number }[];
  readonly latest: number;
}

describe('the HTTP store of the seed', () => {
  let http: HttpUnderTest;
  before(async () => {
    http = await serveHttp();
  });
  after(() => http.stop());

  const append = (
    place: string,
    events: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> =>
    call(http.port, `/api/v1/events/${place}`, { body: JSON.stringify(events), headers });
  const page = async (path: string): Promise<Page> => {
    const { status, body } = await call(http.port, `/api/v1/${path}`);
    assert.equal(status, 200, body);
    return JSON.parse(body) as Page;
  };
  const error = ({ status, body }: HttpAnswer): unknown => ({
    status,
    ...(JSON.parse(body) as object),
  });

  it('appends, loads, and refuses a stale version', async () => {
    assert.deepEqual(await page(`events/${ID}`), { events: [], latest: 0 });
    const added = await append(`${ID}/0`, [
      { type: 1, payload: '{"a":1}' },
      { type: 2, payload: 'é' },
    ]);
    assert.deepEqual([added.status, added.body], [200, '']);
    const { events, latest } = await page(`events/${ID.toUpperCase()}`);
    assert.deepEqual(
      events.map(({ id, payload, type }) => ({ id, payload, type })),
      [
        { id: ID, payload: '{"a":1}', type: 1 },
        { id: ID, payload: 'é', type: 2 },
      ],
    );
    assert.equal(latest, events[1]?.time);
    assert.deepEqual(Object.keys(events[0] ?? {}), ['id', 'payload', 'type', 'time']);
    assert.deepEqual(error(await append(`${ID}/1`, [{ type: 1, payload: 'x' }])), {
      status: 409,
      error: 'optimistic locking failed',
      code: 'VERSION_CONFLICT',
      current_version: '2',
    });
  });

  it('an append with an id may be sent again', async () => {
    const headers = { 'cassadra-append-id': other(99) };
    const events = [{ type: 7, payload: 'once' }];
    for (const attempt of ['first', 'second']) {
      const { status } = await append(`${other(1)}/0`, events, headers);
      assert.equal(status, 200, attempt);
    }
    assert.equal((await page(`events/${other(1)}`)).events.length, 1);
  });

  it('pages by type', async () => {
    for (const n of [10, 11, 12]) await append(`${other(n)}/0`, [{ type: 50, payload: `${n}` }]);
    const all = await page('types/50');
    assert.deepEqual(
      all.events.map(({ payload }) => payload),
      ['10', '11', '12'],
    );
    const seen: string[] = [];
    for (let since = 0; ; ) {
      const { events, latest } = await page(`types/50?since=${since}&size=1`);
      if (events.length === 0) break;
      seen.push(...events.map(({ payload }) => payload));
      since = latest;
    }
    assert.deepEqual(seen, ['10', '11', '12']);
    assert.deepEqual(await page('types/51'), { events: [], latest: 0 });
    const unset = await page('types/50?size=0&since=-1');
    assert.deepEqual(unset, all);
  });

  it('a page never ends inside a millisecond', async () => {
    const events = ['1', '2', '3'].map((payload) => ({ type: 52, payload }));
    await append(`${other(20)}/0`, events);
    assert.equal((await page('types/52?size=1')).events.length, 3);
  });

  it('gives 100 of a type unless told otherwise', async () => {
    const type = 60;
    for (let n = 0; n < 101; n += 1) {
      await append(`${other(1_000 + n)}/0`, [{ type, payload: '' }]);
    }
    const { events } = await page(`types/${type}`);
    assert.ok(events.length >= 100 && events.length <= 101, `${events.length}`);
    assert.equal((await page(`types/${type}?size=1000`)).events.length, 101);
  });

  it('a stream that is too large for one answer is refused', async () => {
    const payload = 'x'.repeat(1_000_000);
    for (let n = 0; n < 4; n += 1) {
      assert.equal((await append(`${other(2)}/${n}`, [{ type: 3, payload }])).status, 200);
    }
    const { status, code } = error(await call(http.port, `/api/v1/events/${other(2)}`)) as {
      status: number;
      code: string;
    };
    assert.deepEqual([status, code], [413, 'RESPONSE_TOO_LARGE']);
  });

  const fine = [{ type: 1, payload: '' }];
  const bad: readonly (readonly [place: string, events: unknown, field: string])[] = [
    ['no-uuid/0', fine, 'id'],
    [`${ID}/-1`, fine, 'version'],
    [`${ID}/1.5`, fine, 'version'],
    [`${ID}/2147483648`, fine, 'version'],
    [`${ID}/0`, {}, 'body'],
    [`${ID}/0`, [], 'events'],
    [`${ID}/0`, [1], 'events[0]'],
    [`${ID}/0`, [null], 'events[0]'],
    [`${ID}/0`, [{ payload: '' }], 'events[0].type'],
    [`${ID}/0`, [{ type: '1', payload: '' }], 'events[0].type'],
    [`${ID}/0`, [{ type: 2_147_483_648, payload: '' }], 'events[0].type'],
    [`${ID}/0`, [...fine, { type: 1 }], 'events[1].payload'],
    [`${ID}/0`, [{ type: 1, payload: {} }], 'events[0].payload'],
    [`${ID}/0`, [{ type: 1, payload: '\ud800' }], 'events[0].payload'],
    [`${ID}/0`, [{ type: 1, payload: 'x'.repeat(1_048_577) }], 'events[0].payload'],
    [`${ID}/0`, Array(1_001).fill(fine[0]), 'events'],
  ];
  for (const [place, events, field] of bad) {
    it(`a bad append (${place}, ${field}): 400 that names the field`, async () => {
      const answer = error(await append(place, events)) as { status: number; field: string };
      assert.deepEqual([answer.status, answer.field], [400, field]);
    });
  }

  it('a bad read: 400 that names the field', async () => {
    const cases = [
      ['events/x', 'id'],
      ['types/x', 'type'],
      ['types/2147483648', 'type'],
      ['types/1?since=x', 'since'],
      ['types/1?size=1.5', 'size'],
      ['types/1?size=1&size=2', 'size'],
    ];
    for (const [path, field] of cases) {
      const answer = error(await call(http.port, `/api/v1/${path}`)) as Record<string, unknown>;
      assert.deepEqual([answer['status'], answer['field']], [400, field], path);
    }
    const headers = { 'cassadra-append-id': 'x' };
    const { body } = await append(`${ID}/0`, fine, headers);
    assert.match(body, /"error":"cassadra-append-id must be one UUID"/);
  });
});
