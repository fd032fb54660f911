import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startStore } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { Cli, objectsIn } from './cli.js';

const ID = '01a2032f-59d7-74ae-a328-9414b599aa84';

describe('the command line against a server', () => {
  test('append, read, streams and types', async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const cli = Cli.of(t, port);
    const number = '{"total":12345678901234567890, "b":1.0}';
    const first = ['append', 'order-7', '--type', 'Placed', '--data', number, '--event-id', ID];
    const placed = await cli.output([...first, '--expected', 'no-stream', '--metadata', 'a=b=c']);
    assert.equal(placed, 'order-7: version 1\n');
    const again = await cli.output([...first, '--expected', '0', '--metadata', 'a=b=c', '--json']);
    const [repeated] = objectsIn(again);
    assert.deepEqual([repeated?.['duplicate'], repeated?.['lastVersion']], [true, 1]);
    const lines =
      '{"type":"Paid","data":{"by":"card"}}\n{"typeCode":7,"base64":"AAEC","contentType":"x/y"}\n';
    assert.equal(await cli.output(['append', 'order-7'], lines), 'order-7: versions 2 to 3\n');

    const [event, , bytes] = objectsIn(await cli.output(['read', 'order-7', '--json']));
    assert.deepEqual(
      [event?.['json'], event?.['eventId'], event?.['metadata'], event?.['type']],
      [number, ID, { a: 'b=c' }, 'Placed'],
    );
    assert.deepEqual([bytes?.['data'], bytes?.['typeCode']], ['AAEC', 7]);
    const last = await cli.output(['read', 'order-7', '--backward', '--limit', '1']);
    assert.match(last, /^\S+Z order-7 3 type 7 \(3 bytes, x\/y\)\n$/);
    assert.equal(await cli.output(['streams', '--prefix', 'order']), 'order-7\n');
    assert.equal(await cli.output(['streams', '--prefix', 'x']), '');
    assert.equal(await cli.output(['types', 'declare', 'Sent', '5']), 'Sent has code 5\n');
    assert.match(await cli.output(['types']), /^5 Sent\n7\n\d+ Placed\n\d+ Paid\n$/);
  });

  test('what goes wrong is one line with what to do, and an exit code', async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const cli = Cli.of(t, port);
    await cli.output(['append', 's', '--type', 'A', '--data', '1']);
    const failures: readonly (readonly [number, RegExp, readonly string[]])[] = [
      [
        5,
        /at version 1: .*Load the stream again/,
        ['append', 's', '--type', 'A', '--empty', '--expected', '7'],
      ],
      [2, /the data is not JSON: correct it/, ['append', 's', '--type', 'A', '--data', '{']],
      [2, /give one of --data .*--file and --empty/, ['append', 's', '--type', 'A']],
      [2, /unknown command 'nope'. See cassadra --help/, ['nope']],
      [2, /'--in <time>' argument '5x' is invalid/, ['schedule', '--in', '5x']],
      [2, /give one of --types, --stream and --all/, ['tail']],
      [7, /list what there is/, ['timers', 'cancel', 'a', 'b']],
      [
        4,
        /127\.0\.0\.1:1\. Start .* name it by --server$/m,
        ['types', '--server', '127.0.0.1:1', '--retry', '10ms'],
      ],
    ];
    for (const [code, message, args] of failures) {
      const result = await cli.run(args);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr);
      assert.equal(result.stdout, '');
    }
    const json = await cli.run([
      ...['append', 's', '--type', 'A', '--empty', '--expected', '7', '--json'],
    ]);
    const [told] = objectsIn(json.stderr);
    const error = told?.['error'] as Record<string, unknown>;
    assert.deepEqual([error['reason'], error['exitCode']], ['VERSION_CONFLICT', 5]);
  });

  test('names that would steer a terminal are printed on one line, without it', async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const cli = Cli.of(t, port);
    await cli.output(['append', 's\n\u001b[31m', '--type', 'A\u001b[2J\nB', '--data', '1']);
    assert.equal(await cli.output(['streams']), 's [31m\n');
    assert.match(await cli.output(['types']), /^\d+ A \[2J B\n$/);
    const [listed] = objectsIn(await cli.output(['streams', '--json']));
    assert.equal(listed?.['stream'], 's\n\u001b[31m');
  });

  test('tail prints what comes until Ctrl-C, and goes on from its cursor', async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const cli = Cli.of(t, port);
    await cli.output(['append', 's', '--type', 'A', '--data', '1']);
    const tail = cli.start(['tail', '--types', 'A,B', '--json']);
    await tail.prints(/"version":1/);
    await cli.output(['append', 's', '--type', 'B', '--data', '2']);
    await tail.prints(/"version":2/);
    tail.child.kill('SIGINT');
    const { code, stdout } = await tail.result();
    assert.equal(code, 0);
    const cursor = objectsIn(stdout)
      .map((line) => line['cursor'])
      .findLast((value) => typeof value === 'string');
    await cli.output(['append', 's', '--type', 'A', '--data', '3']);
    const next = cli.start(['tail', '--types', 'A,B', '--cursor', String(cursor)]);
    await next.prints(/ s 3 A 3\n/);
    next.child.kill('SIGTERM');
    const ended = await next.result();
    assert.equal(ended.code, 0);
    assert.doesNotMatch(ended.stdout, / s 2 B /);
    assert.match(ended.stderr, /to go on from here: --cursor c1\./);
  });

  test('timed events are scheduled, listed, moved and stopped', async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const cli = Cli.of(t, port);
    const schedule = ['schedule', '--stream', 's', '--type', 'TimedOut', '--data', '{"n":1}'];
    await cli.output([...schedule, '--in', '0', '--event-id', 'now']);
    const tail = cli.start(['tail', '--stream', 's']);
    await tail.prints(/ s 1 TimedOut \{"n":1\}/);
    await cli.output([...schedule, '--at', '2099-01-01', '--event-id', 'later']);
    const moved = await cli.output(['timers', 'reschedule', 'cassadra', 'later', '--in', '1h']);
    assert.match(moved, /^done/);
    const list = await cli.output(['timers', 'list', 'cassadra', '--status', 'pending']);
    assert.match(list, /^\S+ cassadra later pending: append TimedOut to s\n$/);
    assert.match(await cli.output(['timers', 'cancel', 'cassadra', 'later']), /^done/);
    const [event] = objectsIn(await cli.output(['timers', 'get', 'cassadra', 'now', '--json']));
    assert.deepEqual([event?.['json'], event?.['status']], ['{"n":1}', 'completed']);
    assert.match(
      await cli.output(['timers', 'attempts', 'cassadra', 'now']),
      /^1 \S+ answered 200/,
    );
  });
});
