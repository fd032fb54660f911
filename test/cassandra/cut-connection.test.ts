import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { CassandraBackend, CassandraSettings } from '../../src/backends/cassandra/index.js';
import { exactVersion, type NewEvent, type StreamRef } from '../../src/core/index.js';
import { seededRandom } from '../../src/runtime/index.js';
import type { AppendOutcome } from '../../src/storage/index.js';
import { appendOne, load, newStream, textEvent } from './events.js';
import { createKeyspace, freshKeyspace, openServer, settingsForTests } from './open-for-tests.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;
const CUTS = 12;
const WRITERS = 16;

interface Answer {
  readonly stream: StreamRef;
  readonly events: readonly NewEvent[];
  readonly version: number;
  readonly outcome: AppendOutcome;
}

describe('a connection that is cut during appends', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let proxy: TcpProxy;
  let cutOff: CassandraBackend;
  let direct: CassandraBackend;

  before(async () => {
    await createKeyspace(settings);
    proxy = new TcpProxy(settings.contactPoints[0] ?? '');
    await proxy.listen();
    const throughProxy: CassandraSettings = { ...settings, contactPoints: [proxy.address] };
    cutOff = await openServer(throughProxy);
    direct = await openServer(settings);
  });
  after(async () => {
    await Promise.all([cutOff.close(), direct.close()]);
    await proxy.goAway();
  });

  test('every answer agrees with the table, and unknown ones become definite', async () => {
    const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
    const random = seededRandom(seed);
    const answers: Answer[] = [];
    let writing = true;
    const writer = async (): Promise<void> => {
      let stream = newStream();
      let version = 0;
      while (writing) {
        const events = [textEvent(1, 'x'), textEvent(2, 'y')];
        const append = { expected: exactVersion(version), events };
        const signal = AbortSignal.timeout(3_000);
        const outcome = await appendOne(cutOff.eventLog, stream, append, signal);
        answers.push({ stream, events, version, outcome });
        if (outcome.kind === 'appended' || outcome.kind === 'duplicate') {
          version = outcome.lastVersion;
        } else {
          stream = newStream();
          version = 0;
        }
        // What was not sent fails at once: give the driver room to reconnect.
        if (outcome.kind === 'unavailable') await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writers = Array.from({ length: WRITERS }, writer);
    for (let cut = 0; cut < CUTS; cut += 1) {
      const before = answers.length;
      while (answers.filter((a) => a.outcome.kind === 'appended').length < (cut + 1) * 20) {
        await delay(1);
      }
      await delay(random.next() * 30);
      proxy.cut();
      assert.ok(answers.length >= before);
    }
    writing = false;
    await Promise.all(writers);
    const counts = new Map<string, number>();
    for (const { outcome } of answers) {
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
    }
    console.log('seed', seed, 'links cut', proxy.cuts, 'answers', counts);
    assert.ok(proxy.cuts >= CUTS);
    for (const answer of answers) await check(answer);
  });

  async function check({ stream, events, version, outcome }: Answer): Promise<void> {
    const recorded = await load(direct.eventLog, stream.id);
    const ours = recorded.filter((row) => events.some((event) => event.eventId === row.eventId));
    if (outcome.kind === 'appended' || outcome.kind === 'duplicate') {
      assert.deepEqual(
        ours.map((row) => row.version),
        [outcome.firstVersion, outcome.lastVersion],
      );
    } else if (outcome.kind === 'unknown') {
      const append = { expected: exactVersion(version), events };
      const retry = await appendOne(direct.eventLog, stream, append);
      assert.equal(retry.kind, ours.length === 2 ? 'duplicate' : 'appended');
    } else {
      assert.equal(outcome.kind, 'unavailable');
      assert.equal(ours.length, 0, 'unavailable, but written');
    }
  }
});
