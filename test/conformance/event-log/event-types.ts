import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { parseTypeCode, type TypeCode } from '../../../src/core/index.js';
import { FIRST_ALLOCATED_CODE, type EventType } from '../../../src/storage/index.js';
import { check, freshName, typeCode, type Kit } from './kit.js';

export function exerciseEventTypes(kit: Kit): void {
  describe('event types', () => {
    exerciseAllocation(kit);
    exerciseDeclaring(kit);
    exerciseLooking(kit);
    exerciseListing(kit);
  });
}

function exerciseAllocation(kit: Kit): void {
  check('a name gets a code from 1,000,000,000 up, and keeps it', async () => {
    const name = freshName();
    const code = await kit.backend.eventTypes.codeOf(name);
    assert.ok(code >= FIRST_ALLOCATED_CODE && parseTypeCode(code) === code);
    assert.equal(await kit.backend.eventTypes.codeOf(name), code);
  });

  check('names differ by any character', async () => {
    const name = freshName();
    const others = [`${name} `, `${name}\u0000`, `${name}😀`, `${name}é`, `${name}e\u0301`];
    const codes = [];
    for (const one of [name, name.toUpperCase(), ...others]) {
      codes.push(await kit.backend.eventTypes.codeOf(one));
    }
    assert.equal(new Set(codes).size, codes.length);
  });

  check('asked 16 times at once, a name gets one code', async () => {
    const name = freshName();
    const calls = Array.from({ length: 16 }, () => kit.backend.eventTypes.codeOf(name));
    assert.equal(new Set(await Promise.all(calls)).size, 1);
  });

  check('12 names at once get 12 codes', async () => {
    const names = Array.from({ length: 12 }, () => freshName());
    const codes = await Promise.all(names.map((name) => kit.backend.eventTypes.codeOf(name)));
    assert.equal(new Set(codes).size, 12);
    for (const [index, name] of names.entries()) {
      assert.equal(await kit.backend.eventTypes.codeOf(name), codes[index]);
    }
  });

  check('codes that were reserved are not given out', async () => {
    const { eventTypes } = kit.backend;
    const last = await eventTypes.codeOf(freshName());
    await expectNotGivenOut(kit, [typeCode(last + 1), typeCode(last + 2)], (code) =>
      eventTypes.reserve([code]),
    );
  });

  check('codes that were declared are not given out', async (t) => {
    if (kit.lacks(t, 'declaring given codes')) return;
    const { eventTypes } = kit.backend;
    const last = await eventTypes.codeOf(freshName());
    await expectNotGivenOut(kit, [typeCode(last + 1), typeCode(last + 2)], async (code) => {
      assert.deepEqual(await eventTypes.declare(freshName(), code), { kind: 'declared' });
    });
  });
}

async function expectNotGivenOut(
  kit: Kit,
  codes: readonly TypeCode[],
  take: (code: TypeCode) => Promise<void>,
): Promise<void> {
  const { eventTypes } = kit.backend;
  for (const code of codes) await take(code);
  const next = [await eventTypes.codeOf(freshName()), await eventTypes.codeOf(freshName())];
  assert.ok(!next.some((code) => codes.includes(code)), `got ${next.join(', ')}`);
  assert.notEqual(next[0], next[1]);
}

function exerciseDeclaring(kit: Kit): void {
  check('a declared name has its code, and may be declared again', async () => {
    const { eventTypes } = kit.backend;
    for (const code of [kit.freshType(), typeCode(-kit.freshCode())]) {
      const name = freshName();
      assert.deepEqual(await eventTypes.declare(name, code), { kind: 'declared' });
      assert.deepEqual(await eventTypes.declare(name, code), { kind: 'declared' });
      assert.equal(await eventTypes.codeOf(name), code);
    }
  });

  check('a name with another code, or a code with another name, is taken', async () => {
    const { eventTypes } = kit.backend;
    const [name, code] = [freshName(), kit.freshType()];
    await eventTypes.declare(name, code);
    assert.deepEqual(await eventTypes.declare(name, kit.freshType()), { kind: 'taken' });
    const other = freshName();
    assert.deepEqual(await eventTypes.declare(other, code), { kind: 'taken' });
    assert.equal(await eventTypes.codeOf(name), code);
    const allocated = await eventTypes.codeOf(other);
    assert.notEqual(allocated, code, 'the refused declaration left nothing');
    assert.deepEqual(await eventTypes.declare(other, kit.freshType()), { kind: 'taken' });
  });

  check('a code that was given to a name is its own, and taken for others', async (t) => {
    if (kit.lacks(t, 'declaring given codes')) return;
    const { eventTypes } = kit.backend;
    const name = freshName();
    const allocated = await eventTypes.codeOf(name);
    assert.deepEqual(await eventTypes.declare(freshName(), allocated), { kind: 'taken' });
    assert.deepEqual(await eventTypes.declare(name, allocated), { kind: 'declared' });
  });

  check('of two names that declare one code at once, one gets it', async () => {
    const { eventTypes } = kit.backend;
    const code = kit.freshType();
    const names = [freshName(), freshName(), freshName()];
    const outcomes = await Promise.all(names.map((name) => eventTypes.declare(name, code)));
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['declared', 'taken', 'taken']);
    const winner = names[outcomes.findIndex(({ kind }) => kind === 'declared')];
    const listed = await listPage(kit, typeCode(code - 1), 1);
    assert.deepEqual(listed, [{ code, name: winner }]);
  });
}

function exerciseLooking(kit: Kit): void {
  check('looking for a code allocates none', async () => {
    const { eventTypes } = kit.backend;
    const [used, declared] = [freshName(), freshName()];
    assert.equal(await eventTypes.findCode(used), undefined);
    assert.equal(await eventTypes.findCode(declared), undefined);
    const code = kit.freshType();
    assert.deepEqual(await eventTypes.declare(declared, code), { kind: 'declared' });
    assert.equal(await eventTypes.findCode(declared), code);
    assert.equal(await eventTypes.findCode(used), undefined);
    const allocated = await eventTypes.codeOf(used);
    assert.equal(await eventTypes.findCode(used), allocated);
    for (const other of [`${used} `, used.toUpperCase(), '']) {
      assert.equal(await eventTypes.findCode(other), undefined, JSON.stringify(other));
    }
  });

  check('names of codes: only of those that have one', async () => {
    const { eventTypes } = kit.backend;
    const [bare, unknown, declared] = [kit.freshType(), kit.freshType(), kit.freshType()];
    await eventTypes.reserve([bare]);
    const names = [freshName(), `${freshName()} 😀`] as const;
    const allocated = await eventTypes.codeOf(names[0]);
    await eventTypes.declare(names[1], declared);
    const found = await eventTypes.namesOf([bare, allocated, unknown, declared]);
    const wanted = [
      [allocated, names[0]],
      [declared, names[1]],
    ] as const;
    assert.deepEqual(new Map(found), new Map(wanted));
    assert.equal((await eventTypes.namesOf([])).size, 0);
    assert.equal((await eventTypes.namesOf([bare])).size, 0);
  });
}

function exerciseListing(kit: Kit): void {
  check('types are listed by code, each once, in pages of any size', async () => {
    const { eventTypes } = kit.backend;
    const [low, high] = [typeCode(-kit.freshCode()), kit.freshType()];
    const names = [freshName(), freshName(), freshName()] as const;
    await eventTypes.declare(names[0], high);
    await eventTypes.declare(names[1], low);
    const bare = kit.freshType();
    await eventTypes.reserve([bare, bare]);
    await eventTypes.reserve([bare, high]);
    const allocated = await eventTypes.codeOf(names[2]);
    const mine: EventType[] = [
      { code: low, name: names[1] },
      { code: high, name: names[0] },
      { code: bare, name: undefined },
      { code: allocated, name: names[2] },
    ];
    const codes = new Set<number>(mine.map((type) => type.code));
    for (const limit of kit.listLimits(1, 2, 1_000)) {
      const all = await listAllTypes(kit, limit);
      assert.deepEqual(
        all.filter((type) => codes.has(type.code)),
        mine,
      );
    }
  });

  check('after is exclusive', async () => {
    const first = kit.freshType();
    const second = kit.freshType();
    await kit.backend.eventTypes.reserve([first, second]);
    assert.deepEqual(await listPage(kit, first, 1), [{ code: second, name: undefined }]);
    assert.deepEqual(await listPage(kit, typeCode(2_147_483_647), 10), []);
  });
}

function listPage(kit: Kit, after: TypeCode, limit: number): Promise<readonly EventType[]> {
  return kit.backend.eventTypes.listTypes(after, limit);
}

/** Pages to the end. */
export async function listAllTypes(kit: Kit, limit: number): Promise<EventType[]> {
  const types: EventType[] = [];
  for (;;) {
    const page = await kit.backend.eventTypes.listTypes(types.at(-1)?.code, limit);
    assert.ok(page.length <= limit);
    for (const type of page) {
      assert.ok(type.code > (types.at(-1)?.code ?? -Infinity), 'codes rise');
      types.push(type);
    }
    if (page.length < limit) return types;
  }
}
