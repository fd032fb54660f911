/*
 * Tries a network of namespaces. Started by `withinNamespace`; ends with 0 when each cut, and each
 * undo, does what it says.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NamespaceNetwork } from '../namespace-network.js';
import { hostOf, type Undo } from '../network.js';

const NAMES = ['one', 'two', 'three'] as const;
const PEER = fileURLToPath(new URL('./peer.js', import.meta.url));
const WITHIN_MS = 10_000;
const PORT = 7_000;

interface Heard {
  readonly from: string;
  readonly atMs: number;
}

const own = createSocket('udp4').unref();
const network = await NamespaceNetwork.open(NAMES);
const peers = network.hosts.map((host) => {
  const [command = '', ...args] = [...host.command, process.execPath, PEER];
  return spawn(command, args, { stdio: 'inherit' });
});

async function ask(name: string, path: string): Promise<Heard[]> {
  const url = `http://${hostOf(network, name).address}:${PORT}${path}`;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const answer: unknown = await (await fetch(url, { signal })).json();
  assert.ok(Array.isArray(answer) && answer.every(isHeard));
  return answer;
}

function isHeard(value: unknown): value is Heard {
  return typeof value === 'object' && value !== null && 'from' in value && 'atMs' in value;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WITHIN_MS;
  while (!(await condition().catch(() => false))) {
    assert.ok(performance.now() < endMs, 'waited in vain');
    await sleep(20);
  }
}

/** Whether a datagram arrives; one of this process, sent after it, says when to stop waiting. */
async function arrives(from: string, to: string): Promise<boolean> {
  const { address } = hostOf(network, to);
  await ask(to, '/heard');
  await ask(from, `/send?to=${address}`);
  own.send('over', PORT, address);
  await until(async () => (await ask(to, '/')).some((one) => one.from === network.ownAddress));
  const sender = hostOf(network, from).address;
  return (await ask(to, '/heard')).some((one) => one.from === sender);
}

async function arrivals(): Promise<string[]> {
  const pairs: string[] = [];
  for (const from of NAMES) {
    for (const to of NAMES) {
      if (from !== to && (await arrives(from, to))) pairs.push(`${from}-${to}`);
    }
  }
  return pairs;
}

const ALL = ['one-two', 'one-three', 'two-one', 'two-three', 'three-one', 'three-two'];

async function leaves(expected: readonly string[], undo: Undo): Promise<void> {
  assert.deepEqual(await arrivals(), expected);
  await undo();
  await undo();
}

/** From the first to the last of twenty datagrams of 1,000 bytes. */
async function burstMs(): Promise<number> {
  await ask('two', '/heard');
  await ask('one', `/send?to=${hostOf(network, 'two').address}&count=20`);
  await until(async () => (await ask('two', '/')).length === 20);
  const heard = await ask('two', '/heard');
  return (heard.at(-1)?.atMs ?? 0) - (heard[0]?.atMs ?? 0);
}

try {
  await Promise.all(NAMES.map((name) => until(async () => (await ask(name, '/')).length === 0)));
  assert.deepEqual(await arrivals(), ALL);

  const oneWay = await network.cut('one', 'two', 'one-way');
  await leaves(ALL.slice(1), oneWay);
  const both = await network.cut('one', 'two', 'both');
  const alone = await network.isolate('one');
  await leaves(['two-three', 'three-two'], alone);
  // the cut of the pair is still there
  await leaves(
    ALL.filter((pair) => pair !== 'one-two' && pair !== 'two-one'),
    both,
  );
  assert.deepEqual(await arrivals(), ALL);

  const slow = await network.slow('two');
  assert.ok((await burstMs()) > 200, 'a slow host is not slow');
  await slow();
  assert.ok((await burstMs()) < 200, 'a host stays slow');
  await network.isolate('three');
  await network.heal();
  assert.deepEqual(await arrivals(), ALL);
} finally {
  for (const peer of peers) peer.kill('SIGKILL');
  await network.close();
}
