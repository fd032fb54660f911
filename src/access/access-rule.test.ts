import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../core/index.js';
import { audited, authorize, type AccessRule, type Reach } from './access-rule.js';
import type { CallAudit } from './audit.js';
import { ANYBODY, type Caller, type Role } from './caller.js';

const ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';

interface Told {
  readonly audit: CallAudit;
  readonly lines: unknown[];
}

function told(): Told {
  const lines: unknown[] = [];
  return {
    lines,
    audit: {
      refused: ({ reason }) => lines.push(reason),
      admin: (code, touched) => lines.push([code, touched]),
    },
  };
}

const callerWith = (rights: Partial<Caller>): Caller => ({ ...ANYBODY, name: 'c', ...rights });

/** What is missing; undefined when nothing is. */
function missing(caller: Caller, rule: Partial<AccessRule<undefined>>): string | undefined {
  try {
    authorize({ caller, audit: told().audit }, { roles: ['read'], ...rule }, undefined);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'PERMISSION_DENIED');
    return error.details['missing'];
  }
}

const names = (...list: readonly string[]) => ({ kind: 'names', names: list }) as const;
const prefix = (text: string) => ({ kind: 'prefix', prefix: text }) as const;

describe('a rule of a method', () => {
  const withRoles = (...roles: readonly Role[]): Caller => callerWith({ roles: new Set(roles) });

  test('one of its roles is enough, none includes another', () => {
    assert.equal(missing(withRoles('admin', 'append', 'schedule'), {}), 'role');
    assert.equal(missing(withRoles('read'), {}), undefined);
    assert.equal(missing(withRoles('schedule'), { roles: ['read', 'schedule'] }), undefined);
    assert.equal(missing(withRoles(), { roles: ['read', 'schedule'] }), 'role');
  });

  test('a request may need more roles than its method', () => {
    const rule = { also: (): readonly Role[] => ['append'] };
    assert.equal(missing(withRoles('read'), rule), 'role');
    assert.equal(missing(withRoles('read', 'append'), rule), undefined);
  });

  for (const [own, reach, wanted] of [
    [['order-'], names('order-1', 'order-2'), undefined],
    [['order-'], names('order-1', 'customer-1'), 'stream'],
    [['order-', 'customer-'], names('order-1', 'customer-1'), undefined],
    [['order-'], names(), undefined],
    [['order-'], names('order'), 'stream'],
    [['order-'], names('Order-1'), 'stream'],
    [['order-'], prefix('order-7'), undefined],
    [['order-'], prefix('order'), 'stream'],
    [['order-'], prefix(''), 'stream'],
    [['order-'], { kind: 'all' }, 'stream'],
    [[], names('order-1'), 'stream'],
    // an id may be that of any stream with a name
    [['order-', 'f', 'fade87a1-'], names(ID), 'stream'],
    [['f'], names(ID.toUpperCase()), 'stream'],
    [[ID], names(ID.toUpperCase()), undefined],
    [[ID.toUpperCase()], names(ID), undefined],
    [[ID], names('0ade87a1-9df9-46bb-aae6-63b2b763094d'), 'stream'],
  ] as const satisfies (readonly [readonly string[], Reach, string | undefined])[]) {
    test(`prefixes ${own.join(' ')}: ${JSON.stringify(reach)}`, () => {
      const caller = callerWith({ streamPrefixes: own });
      assert.equal(missing(caller, { streams: () => reach }), wanted);
      assert.equal(missing(callerWith({}), { streams: () => reach }), undefined);
    });
  }

  for (const [reach, wanted] of [
    [names('shop'), undefined],
    [names('shop', 'other'), 'application'],
    [names('shop-2'), 'application'],
    [prefix('shop'), 'application'],
    [{ kind: 'all' }, 'application'],
  ] as const) {
    test(`applications: ${JSON.stringify(reach)}`, () => {
      const caller = callerWith({ applications: ['shop'] });
      assert.equal(missing(caller, { applications: () => reach }), wanted);
    });
  }
});

describe('the log of a rule', () => {
  test('a refusal is told, without what was asked for', () => {
    const { lines, audit } = told();
    const caller = callerWith({ streamPrefixes: ['a-'] });
    const rule = { roles: ['read'], streams: () => names('secret-name') } as const;
    assert.throws(() => authorize({ caller, audit }, rule, undefined));
    assert.equal(lines.length, 1);
    assert.doesNotMatch(String(lines[0]), /secret-name/);
  });

  test('a call for admins only is told at its end, however it ends', async () => {
    const { lines, audit } = told();
    const access = { caller: ANYBODY, audit };
    const rule = { roles: ['admin'], touched: () => ({ application: 'shop' }) } as const;
    await audited(access, rule, undefined, async () => 1);
    const failure = new AppError('OUTCOME_UNKNOWN', 'who knows');
    await assert.rejects(
      audited(access, rule, undefined, () => Promise.reject(failure)),
      failure,
    );
    await audited(access, { roles: ['read', 'admin'] }, undefined, async () => 1);
    const touched = { application: 'shop' };
    assert.deepEqual(lines, [
      ['OK', touched],
      ['OUTCOME_UNKNOWN', touched],
    ]);
  });
});
