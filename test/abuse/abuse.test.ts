import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test, type TestContext } from 'node:test';
import { connect } from '../../src/client/index.js';
import { Program, startStore, type RunningStore } from '../e2e/program.js';
import { call } from '../http/http-caller.js';
import { ATTACKS } from './attacks.js';
import { GoodClient, p99 } from './good-client.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';

/** How long each attack lasts, and the quiet before all. */
const ATTACK_MS = LONG ? 15_000 : 2_000;
/**
 * How much longer the slowest of a hundred calls may take. The short form runs beside other tests
 * on a machine of two cores, where attacker, server and client share what there is.
 */
const RATIO_MAX = LONG ? 2 : 20;
/** Below this a good client has nothing to complain about. */
const FLOOR_MS = LONG ? 50 : 5_000;
/** One thread reads a body of megabytes, which takes so long; there is always one. */
const JSON_FLOOR_MS = LONG ? 250 : 5_000;
const RSS_MAX_MIB = 1_536;

const ATTACKER = fileURLToPath(new URL('./attacker.js', import.meta.url));
const ATTACKER_ADDRESS = '127.0.0.66';

test('abuse leaves the server alive, and its good clients served', {
  timeout: 900_000,
}, async (t) => {
  const store = await startStore(t, { STORAGE: 'embedded', DATA_DIR: await folder(t) });
  const good = new GoodClient(store.port);
  t.after(() => good.close());
  await fill(store.port);
  await good.measure(pause(500));
  const before = p99(await good.measure(pause(ATTACK_MS)));
  t.diagnostic(`before: p99 ${ms(before)}, ${rssMib(store.program)} MiB`);
  const tooSlow: string[] = [];
  for (const name of Object.keys(ATTACKS)) {
    const attacker = attack(t, name, store);
    await attacker.waitFor(/begun/);
    const during = p99(await good.measure(attacker.exit()));
    await requireNewcomers(store);
    const rss = rssMib(store.program);
    const done = attacker.output.replace('begun', '').trim();
    t.diagnostic(`${name}: p99 ${ms(during)}, ${rss} MiB; ${done}`);
    assert.equal((await attacker.exit()).code, 0, attacker.output);
    assert.ok(rss < RSS_MAX_MIB, `${name}: ${rss} MiB`);
    const floorMs = name === 'deep and huge JSON' ? JSON_FLOOR_MS : FLOOR_MS;
    if (during > Math.max(floorMs, RATIO_MAX * before)) tooSlow.push(`${name}: ${ms(during)}`);
  }
  assert.deepEqual(tooSlow, [], `${ms(before)} before`);
  assert.ok(await good.isWhole(), 'all that the good client appended is there, once');
  assert.deepEqual(await store.program.stop('SIGTERM'), { code: 0, signal: null });
});

function attack(t: TestContext, name: string, { port, httpPort }: RunningStore): Program {
  const args = [name, port, httpPort, ATTACKER_ADDRESS, ATTACK_MS].map(String);
  return new Program(t, name, {}, { args: [ATTACKER, ...args] });
}

/** Something for subscribers to read. */
async function fill(port: number): Promise<void> {
  const client = connect({ address: `127.0.0.1:${port}` });
  const text = 'x'.repeat(10_000);
  const events = Array.from({ length: 100 }, () => ({ type: 'Filling', data: { text } }));
  for (let index = 0; index < 5; index += 1) await client.append(`filling-${index}`, events);
  await client.close();
}

/** A caller that comes now, over a new connection, gets in. */
async function requireNewcomers({ port, httpPort }: RunningStore): Promise<void> {
  assert.equal((await call(httpPort, '/health/readiness')).status, 200);
  const client = connect({ address: `127.0.0.1:${port}`, timeoutMs: 60_000 });
  await client.getStream('filling-0');
  await client.close();
}

/** The most that it has ever had. */
function rssMib({ pid }: Program): number {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

async function folder(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cassadra-abuse-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, forMs);
  });
}

function ms(value: number): string {
  return `${Math.round(value * 10) / 10} ms`;
}
