import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { startStore } from '../e2e/program.js';
import { embeddedStorage, temporaryFolder } from '../e2e/storages.js';
import { Cli, objectsIn } from './cli.js';

const PLACE = 'https://example.com';

async function cliFor(t: TestContext): Promise<Cli> {
  const storage = await embeddedStorage.prepare(t);
  const SECRETS_KEY = randomBytes(32).toString('base64');
  const { port } = await startStore(t, { ...storage, SECRETS_KEY });
  return Cli.of(t, port);
}

/** Timed events that fail at once: their streams are not at the versions that they expect. */
async function failed(cli: Cli, ...eventIds: readonly string[]): Promise<void> {
  await Promise.all(
    eventIds.map((id) => {
      const target = ['--stream', `s-${id}`, '--type', 'T', '--expected', '5'];
      return cli.output(['schedule', '--application', 'shop', '--event-id', id, ...target, ...NOW]);
    }),
  );
  const list = ['timers', 'list', 'shop', '--status', 'failed', '--json'];
  for (;;) if (objectsIn(await cli.output(list)).length >= eventIds.length) return;
}

const NOW = ['--in', '0'];

/** The one object that a command prints with --json. */
async function json(cli: Cli, args: readonly string[], stdin?: string): Promise<unknown> {
  const [object] = objectsIn(await cli.output([...args, '--json'], stdin));
  return object;
}

describe('the command line about schedules, failed timed events and applications', () => {
  test('a schedule from its creation to its end', { timeout: 120_000 }, async (t) => {
    const cli = await cliFor(t);
    const of = (name: string, ...args: readonly string[]): string[] => [
      ...['schedules', name, 'shop', 'report'],
      ...args,
    ];
    const target = ['--stream', 'reports', '--type', 'ReportDue', '--data', '{"n": 1}'];
    const cron = ['--cron', '30 2 * * *', '--time-zone', 'Europe/Berlin'];
    const created = await cli.output(of('create', ...cron, ...target));
    assert.match(
      created,
      /^created: shop report "30 2 \* \* \*" Europe\/Berlin: next \S+Z, made 0/,
    );
    assert.match(created, /: append ReportDue to reports\n$/);
    const taken = await cli.run(of('create', ...cron, ...target));
    assert.equal(taken.code, 5, taken.stderr);
    const same = await cli.output(of('create', ...cron, ...target, '--on-exists', 'ok-if-same'));
    assert.match(same, /^existed: /);

    const updated = await cli.output(of('update', '--cron', '0 4 * * *', '--overlap', 'allow'));
    assert.match(updated, /^updated: shop report "0 4 \* \* \*" Europe\/Berlin/, 'the zone stays');
    const { plan } = (await json(cli, of('get'))) as { plan: Record<string, unknown> };
    assert.equal(plan['overlap'], 'allow');
    assert.equal((plan['append'] as Record<string, unknown>)['json'], '{"n": 1}', 'so does this');
    assert.equal((await cli.output(['schedules', 'list', 'shop'])).split('\n').length, 2);

    const next = await cli.output(of('next', '--count', '2', '--after', '2099-01-01'));
    assert.equal(next, '2099-01-01T03:00:00.000Z\n2099-01-02T03:00:00.000Z\n');
    const trigger = of('trigger', '--trigger-id', 't');
    const run = await cli.output(trigger);
    assert.match(run, / trigger\n$/);
    assert.equal(await cli.output(trigger), run, 'the same wish');
    const tail = cli.start(['tail', '--stream', 'reports']);
    await tail.prints(/ reports 1 ReportDue \{"n": 1\}/);
    const range = ['--from', '2026-01-01', '--until', '2026-01-03', '--per-second', '100'];
    await cli.output(of('backfill', ...range));
    await tail.prints(/ reports 3 ReportDue/);
    assert.match(await cli.output(of('pause', '--note', 'why')), /paused since \S+Z \(why\)/);
    assert.doesNotMatch(await cli.output(of('resume')), /paused/);
    assert.equal(await cli.output(of('skipped')), '');
    assert.equal(await cli.output(of('delete')), 'deleted\n');
    assert.equal((await cli.run(of('get'))).code, 7);
    assert.equal((await cli.run(of('update', '--jitter', '1s'))).code, 7);
  });

  test('failed ones are counted, replayed and purged', { timeout: 120_000 }, async (t) => {
    const cli = await cliFor(t);
    await failed(cli, 'a', 'b', 'c');
    const retry = await cli.output(['timers', 'retry', 'shop', 'a']);
    assert.match(retry, /^started/);
    await failed(cli);
    const filter = ['--application', 'shop', '--status', '409'];
    const dry = ['timers', 'replay', ...filter, '--dry-run'];
    const counted = await cli.output(dry);
    assert.match(counted, / replay done: 3 looked at, 3 matched, nothing changed \(dry run\)/);
    assert.match(counted, /\n {2}shop b\n/);
    await cli.output(['append', 's-b', '--type', 'T', '--data', '1']);
    const replay = ['timers', 'replay', ...filter, '--sweep-id', 'w', '--per-second', '100'];
    const replayed = (await json(cli, replay)) as Record<string, unknown>;
    assert.deepEqual([replayed['state'], replayed['changed']], ['done', 3]);
    const again = (await json(cli, [...replay, '--detach'])) as Record<string, unknown>;
    assert.equal(again['createdMs'], replayed['createdMs'], 'the same one');
    const other = ['timers', 'replay', '--all', '--sweep-id', 'w', '--detach'];
    assert.equal((await cli.run(other)).code, 5);
    assert.match(await cli.output(['timers', 'sweep', 'w']), /^w replay done/);
    assert.match(await cli.output(['timers', 'sweeps']), /^w replay done.*\n\S+ replay done/);
    assert.equal((await cli.run(['timers', 'sweep', 'x'])).code, 7);
    await failed(cli, 'd');
    assert.equal(await cli.output(['timers', 'purge', 'shop', 'd']), 'deleted\n');
    assert.equal((await cli.run(['timers', 'purge', 'shop', 'd'])).code, 7);
    const asked = await cli.run(['timers', 'purge-failed', ...filter]);
    assert.equal(asked.code, 2, 'nobody can be asked');
    assert.match(await cli.output(['timers', 'purge-failed', ...filter, '--yes']), / deleted\n$/);
    assert.equal(await cli.output(['timers', 'list', 'shop', '--status', 'failed']), '');
  });

  test('what is too late is skipped', { timeout: 60_000 }, async (t) => {
    const cli = await cliFor(t);
    const late = ['--max-lateness', '5m', '--when-late', 'skip'];
    const target = ['--stream', 's', '--type', 'T'];
    const at = ['--at', '2020-01-01', '--event-id', 'late', ...late];
    await cli.output(['schedule', ...target, ...at]);
    const list = ['timers', 'list', 'cassadra', '--status', 'skipped'];
    let listed = '';
    while (listed === '') listed = await cli.output(list);
    assert.match(listed, / cassadra late skipped \(.*\): append T to s\n$/);
  });

  test('applications and their destinations', { timeout: 120_000 }, async (t) => {
    const cli = await cliFor(t);
    const set = ['applications', 'set', 'shop'];
    await cli.output([...set, '--rate', '5', '--concurrency', '2', '--priority', 'high']);
    const failure = ['--failure-stream', 'f', '--failure-type', 'F'];
    assert.equal(
      await cli.output([...set, '--concurrency', 'none', '--pending-max', '9', ...failure]),
      'shop high, 5 a second, any number at once, up to 9 pending, failures append F to f\n',
    );
    assert.match(await cli.output([...set, '--without-failure-event']), /up to 9 pending\n$/);
    const paused = await cli.output(['applications', 'pause', 'shop', '--note', 'closed']);
    assert.match(paused, /paused since \S+Z, closed\n$/);
    assert.doesNotMatch(await cli.output(['applications', 'resume', 'shop']), /paused/);
    const shown = (await json(cli, ['applications', 'get', 'shop', '--count'])) as object;
    assert.ok('pendingCount' in shown && shown.pendingCount === 0);
    assert.match(await cli.output(['applications', 'list']), /^shop high/);

    const limit = ['applications', 'limit', 'shop', `${PLACE}/x`, '--rate', '0.5'];
    const limited = 'https://example.com:443 0.5 a second, any number at once\n';
    assert.equal(await cli.output(limit), limited);
    assert.equal(await cli.output(['applications', 'enable', 'shop', PLACE]), limited);
    assert.equal(await cli.output(['applications', 'destinations', 'shop']), limited);
  });

  test('secrets go in by files and standard input, and out once', {
    timeout: 120_000,
  }, async (t) => {
    const cli = await cliFor(t);
    const set = ['applications', 'set-credentials', 'shop', PLACE];
    assert.equal(await cli.output([...set, '--bearer'], 'hush-hush\n'), 'bearer credentials set\n');
    const file = join(await temporaryFolder(t), 'password');
    await writeFile(file, 'hush-hush\n');
    const basic = [...set, '--basic', 'ann', '--secret-file', file, '--json'];
    assert.doesNotMatch(await cli.output(basic), /hush/);
    const listed = await cli.output(['applications', 'destinations', 'shop', '--json']);
    assert.match(listed, /"kind":"basic"/);
    assert.doesNotMatch(listed, /hush/);
    const wrong = await cli.run([...set, '--mtls', '--cert', file, '--key', file]);
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.doesNotMatch(wrong.stderr, /hush/);
    const remove = ['applications', 'delete-credentials', 'shop', PLACE];
    assert.equal(await cli.output(remove), 'deleted\n');
    assert.equal((await cli.run(remove)).code, 7);

    const created = await cli.run(['keys', 'create', 'shop', 'one']);
    assert.match(created.stdout, /^whsec_[A-Za-z0-9+/]{43}=\n$/);
    assert.match(created.stderr, /not shown again/);
    const imported = ['keys', 'create', 'shop', 'one', '--secret-file', '-', '--json'];
    assert.doesNotMatch(await cli.output(imported, created.stdout), /whsec_/);
    assert.equal((await cli.run(['keys', 'create', 'shop', 'one'])).code, 5);
    const two = ['keys', 'create', 'shop', 'two', '--kind', 'ed25519'];
    assert.match(await cli.output(two), /^whpk_\S+\n$/);
    const keys = await cli.output(['keys', 'list', 'shop']);
    assert.match(keys, /^one hmac-sha256 of \S+Z\ntwo ed25519 of \S+Z whpk_\S+\n$/);
    assert.equal(await cli.output(['keys', 'delete', 'shop', 'one']), 'deleted\n');
    assert.equal((await cli.run(['keys', 'delete', 'shop', 'one'])).code, 7);
  });
});
