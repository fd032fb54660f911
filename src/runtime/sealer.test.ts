import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSealer, SealError, type Sealer } from './sealer.js';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const PLAIN = new TextEncoder().encode('hunter2 \u0000 ü');

function sealerOf(...fills: readonly number[]): Sealer {
  const sealer = createSealer(fills.map(key));
  assert.ok(sealer !== undefined);
  return sealer;
}

function refuses(sealer: Sealer, sealed: string, context: string): void {
  assert.throws(
    () => sealer.open(sealed, context),
    (error) => error instanceof SealError && !String(error).includes('hunter2'),
  );
}

test('what is sealed opens, shows nothing, and is never the same twice', () => {
  const sealer = sealerOf(1);
  for (const plain of [PLAIN, new Uint8Array(), new Uint8Array(70_000).fill(7)]) {
    const [one, two] = [sealer.seal(plain, 'c'), sealer.seal(plain, 'c')];
    assert.deepEqual(new Uint8Array(sealer.open(one, 'c')), plain);
    assert.notEqual(one, two);
  }
  const sealed = sealer.seal(PLAIN, 'c');
  assert.ok(!Buffer.from(sealed.split('.')[2] ?? '', 'base64url').includes('hunter2'));
  assert.ok(!sealed.includes(Buffer.from(key(1)).toString('base64url')));
});

test('it opens in its context only', () => {
  const sealer = sealerOf(1);
  const sealed = sealer.seal(PLAIN, 'shop\nA');
  for (const context of ['shop\nB', 'shop', '', 'shop\nA ']) refuses(sealer, sealed, context);
});

test('no byte of it may be changed, and none may be missing', () => {
  const sealer = sealerOf(1);
  const sealed = sealer.seal(PLAIN, 'c');
  const [version = '', id = '', body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    refuses(sealer, [version, id, changed.toString('base64url')].join('.'), 'c');
    const short = bytes.subarray(0, index).toString('base64url');
    refuses(sealer, [version, id, short].join('.'), 'c');
  }
  for (const wrong of ['', 'v1', `v1.${id}`, `v2.${id}.${body}`, `${sealed}.`, `v1..${body}`]) {
    refuses(sealer, wrong, 'c');
  }
});

test('the first key seals and all open: so a key is replaced', () => {
  const sealed = sealerOf(1).seal(PLAIN, 'c');
  const both = sealerOf(2, 1);
  assert.deepEqual(new Uint8Array(both.open(sealed, 'c')), PLAIN);
  const anew = both.seal(PLAIN, 'c');
  assert.deepEqual(new Uint8Array(sealerOf(2).open(anew, 'c')), PLAIN);
  refuses(sealerOf(1), anew, 'c');
  refuses(sealerOf(2), sealed, 'c');
});

test('without keys there is no sealer, and a key has 32 bytes', () => {
  assert.equal(createSealer([]), undefined);
  for (const bytes of [0, 16, 31, 33]) {
    assert.throws(() => createSealer([key(1), new Uint8Array(bytes)]), /must have 32 bytes/);
  }
});
