import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AppError } from '../../../src/core/index.js';
import { TenantsWorld, type TenantServer } from './tenants-world.js';

let world: TenantsWorld;
let one: TenantServer;
let other: TenantServer;
beforeEach(async () => {
  world = new TenantsWorld();
  one = await world.server();
  other = await world.server();
});
afterEach(() => world.end());

const put = (server: TenantServer, id: string, content: string | undefined) =>
  server.shared.change(id, () => content, world.signal);
const codeIs =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

/** A promise that a test resolves. */
function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('what is held', () => {
  test('has own changes at once and those of others within 600 ms', async () => {
    await put(one, 'a', '1');
    assert.equal(one.shared.get('a'), '1');
    assert.equal(other.shared.get('a'), undefined);
    await world.pass(600);
    assert.equal(other.shared.get('a'), '1');
    const { version } = other.shared;
    await world.pass(5_000);
    assert.equal(other.shared.version, version, 'nothing has changed');
    await put(other, 'a', undefined);
    await world.pass(600);
    assert.equal(one.shared.get('a'), undefined);
  });

  test('is told once more when what is wished stands there: its writer may have died', async () => {
    await put(one, 'a', '1');
    await world.pass(600);
    for (const wish of [() => put(one, 'a', '1'), () => put(one, 'b', undefined)]) {
      const before = await one.documents.revision('policies');
      await wish();
      assert.notEqual(await one.documents.revision('policies'), before);
    }
    assert.equal(one.shared.get('a'), '1');
  });

  test('is loaded again only when the revision says so, and every 30 s', async () => {
    await world.pass(20_000, 10);
    assert.equal(one.documents.loads, 1);
    await world.pass(11_000, 10);
    assert.equal(one.documents.loads, 2);
  });

  test('is listed by UTF-8 bytes, over many pages', async () => {
    for (let index = 0; index < 1_200; index += 1) await put(one, `n\n${index}`, 'x');
    for (const name of ['\u{1f600}', '\uffee', 'z']) await put(one, `x\n${name}`, name);
    await world.pass(600);
    assert.equal(other.shared.list('n\n').length, 1_200);
    assert.deepEqual(
      other.shared.list('x\n').map(([, content]) => content),
      ['z', '\uffee', '\u{1f600}'],
    );
  });

  test('is fresh for 2 s after the storage was asked last, not after it answered', async () => {
    assert.equal(one.shared.fresh, true);
    one.documents.off = true;
    await world.pass(1_400);
    assert.equal(one.shared.fresh, true);
    await world.pass(700);
    assert.equal(one.shared.fresh, false);
    one.documents.off = false;
    await world.pass(200);
    assert.equal(one.shared.fresh, true);
    const late = gate();
    one.documents.answers = () => late.opened;
    await world.pass(3_000);
    one.documents.answers = async () => {};
    late.open();
    await world.settle();
    assert.equal(one.shared.fresh, false, 'the answer is 3 s old');
    await world.pass(200);
    assert.equal(one.shared.fresh, true);
  });

  test('a step of the wall clock changes nothing', async () => {
    world.time.jumpWallTo(world.nowMs + 86_400_000);
    assert.equal(one.shared.fresh, true);
    world.time.jumpWallTo(0);
    await world.pass(600);
    assert.equal(one.shared.fresh, true);
  });

  test('an answer that comes late does not hide what is newer', async () => {
    const late = gate();
    one.documents.answers = (call) => (call === 'change' ? late.opened : Promise.resolve());
    const mine = put(one, 'a', 'older');
    await world.settle();
    await put(other, 'a', 'newer');
    await world.pass(600);
    assert.equal(one.shared.get('a'), 'newer');
    late.open();
    await mine;
    assert.equal(one.shared.fresh, false);
    await world.pass(600);
    assert.equal(one.shared.get('a'), 'newer');
    assert.equal(one.shared.fresh, true);
  });

  test('a change that is answered while all is loaded is not lost', async () => {
    const load = gate();
    await put(other, 'b', 'x');
    one.documents.answers = (call) => (call === 'list' ? load.opened : Promise.resolve());
    await world.pass(600);
    await put(one, 'a', '1');
    load.open();
    await world.settle();
    assert.equal(one.shared.get('a'), '1');
    assert.equal(one.shared.get('b'), 'x');
  });
});

describe('a change', () => {
  test('is made of what the storage has, not of what is held', async () => {
    await put(one, 'a', 'on');
    await world.pass(600);
    await put(other, 'a', 'off');
    assert.equal(one.shared.get('a'), 'on', 'not seen yet');
    assert.equal(await put(one, 'a', 'on'), 'on');
    assert.equal((await world.documents.find({ scope: 'policies', id: 'a' }))?.content, 'on');
  });

  test('counts once each, however many change the same at once', async () => {
    const count = (content: string | undefined): string => String(Number(content ?? 0) + 1);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const { shared } = index % 2 === 0 ? one : other;
        return shared.change('n', count, world.signal);
      }),
    );
    assert.equal((await world.documents.find({ scope: 'policies', id: 'n' }))?.content, '50');
    await world.pass(600);
    assert.equal(one.shared.get('n'), '50');
  });

  test('leaves a document as it is when the text is the same', async () => {
    await put(one, 'a', '1');
    const key = { scope: 'policies', id: 'a' };
    const before = await one.documents.find(key);
    await put(one, 'a', '1');
    await put(one, 'b', undefined);
    assert.deepEqual(await one.documents.find(key), before);
  });

  test('says what happened to it, and is seen if it was stored', async () => {
    one.documents.fault = () => 'unavailable';
    await assert.rejects(put(one, 'a', '1'), codeIs('UNAVAILABLE'));
    one.documents.fault = () => 'lost';
    await assert.rejects(put(one, 'a', '2'), codeIs('OUTCOME_UNKNOWN'));
    await world.pass(600);
    assert.equal(one.shared.get('a'), '2');
  });
});
