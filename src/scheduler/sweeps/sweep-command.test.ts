import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../core/index.js';
import { normalCommand, sameCommand } from './sweep-command.js';
import type { FailedFilter, SweepCommand } from './sweeps.js';

const ALL: FailedFilter = {
  application: undefined,
  failedFromMs: undefined,
  failedUntilMs: undefined,
  dueFromMs: undefined,
  dueUntilMs: undefined,
  destination: undefined,
  httpStatuses: [],
};

function command(filter: Partial<FailedFilter> = {}, rest: Partial<SweepCommand> = {}) {
  const base = { sweepId: 's', action: 'replay', dryRun: false, perSecond: 50 } as const;
  return normalCommand({ ...base, filter: { ...ALL, ...filter }, ...rest }, () => 'new');
}

describe('a command in its normal form', () => {
  const destinations = [
    ['https://host.test/path?query', 'https://host.test:443'],
    ['HTTP://Host.test', 'http://host.test:80'],
    ['http://host.test:8080', 'http://host.test:8080'],
    ['append:', 'append:'],
  ] as const;
  for (const [given, wanted] of destinations) {
    test(`destination ${given}`, () => {
      const { filter } = command({ destination: given });
      assert.equal(filter.destination, wanted);
      assert.deepEqual(command({ destination: wanted }).filter, filter, 'it stays as it is');
    });
  }

  test('statuses in order and once; an id when none is given', () => {
    assert.deepEqual(
      command({ httpStatuses: [503, 0, 404, 503] }).filter.httpStatuses,
      [0, 404, 503],
    );
    assert.equal(command({}, { sweepId: undefined }).sweepId, 'new');
  });

  test('is the same when it means the same, and only then', () => {
    const wish = command({ destination: 'http://host.test/', httpStatuses: [500, 404] });
    const same = command({ destination: 'http://host.test/b', httpStatuses: [404, 500, 404] });
    assert.ok(sameCommand(wish, same));
    const others = [
      command({ ...wish.filter, dueFromMs: 1 }),
      command({ ...wish.filter, dueUntilMs: 1 }),
      command({ ...wish.filter, failedFromMs: 1 }),
      command({ ...wish.filter, failedUntilMs: 1 }),
      command({ ...wish.filter, application: 'a' }),
      command({ ...wish.filter, destination: undefined }),
      command({ ...wish.filter, httpStatuses: [] }),
      command(wish.filter, { action: 'purge' }),
      command(wish.filter, { dryRun: true }),
      command(wish.filter, { perSecond: 51 }),
    ];
    for (const other of others) assert.ok(!sameCommand(wish, other), JSON.stringify(other));
  });
});

describe('what makes no sense is refused, and named', () => {
  const refused: readonly [string, Partial<FailedFilter>, Partial<SweepCommand>][] = [
    ['sweep_id', {}, { sweepId: '' }],
    ['sweep_id', {}, { sweepId: 'a'.repeat(101) }],
    ['sweep_id', {}, { sweepId: 'a\nb' }],
    ['per_second', {}, { perSecond: 0 }],
    ['per_second', {}, { perSecond: 10_001 }],
    ['per_second', {}, { perSecond: 1.5 }],
    ['application', { application: '' }, {}],
    ['application', { application: '\u0001shop' }, {}],
    ['failed_from_ms', { failedFromMs: -1 }, {}],
    ['failed_until_ms', { failedFromMs: 5, failedUntilMs: 5 }, {}],
    ['due_from_ms', { dueFromMs: 0.5 }, {}],
    ['due_until_ms', { dueUntilMs: 0 }, {}],
    ['destination', { destination: 'host.test' }, {}],
    ['destination', { destination: 'task:' }, {}],
    ['http_statuses[1]', { httpStatuses: [404, 99] }, {}],
    ['http_statuses', { httpStatuses: Array.from({ length: 101 }, () => 404) }, {}],
  ];
  for (const [field, filter, rest] of refused) {
    test(`${field}: ${JSON.stringify({ ...filter, ...rest }).slice(0, 60)}`, () => {
      assert.throws(
        () => command(filter, rest),
        (error) => error instanceof AppError && error.details['field'] === field,
      );
    });
  }
});
