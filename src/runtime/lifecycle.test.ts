import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lifecycle, stopOnSignals, type Part } from './lifecycle.js';
import { silentLogger } from './logger.js';

function part(name: string, log: string[], change: Partial<Part> = {}): Part {
  return {
    name,
    start: () => void log.push(`start ${name}`),
    stop: () => void log.push(`stop ${name}`),
    ...change,
  };
}

/** A process of which the test sends the signals. */
class FakeProcess {
  readonly exits: number[] = [];
  readonly #listeners = new Map<string, () => void>();

  on(signal: string, listener: () => void): void {
    this.#listeners.set(signal, listener);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  send(signal: string): void {
    this.#listeners.get(signal)?.();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('parts start in order and stop once, in the reverse order', async () => {
  const log: string[] = [];
  const lifecycle = new Lifecycle(silentLogger);
  await lifecycle.start([part('a', log), part('b', log)]);
  assert.deepEqual(await Promise.all([lifecycle.stop(), lifecycle.stop()]), [true, true]);
  assert.deepEqual(log, ['start a', 'start b', 'stop b', 'stop a']);
});

test('when a part cannot start, those before it are stopped again', async () => {
  const log: string[] = [];
  const broken = part('b', log, { start: () => Promise.reject(new Error('port taken')) });
  const lifecycle = new Lifecycle(silentLogger);
  await assert.rejects(lifecycle.start([part('a', log), broken, part('c', log)]), /port taken/);
  assert.deepEqual(log, ['start a', 'stop b', 'stop a']);
});

test('a signal stops everything and exits with 0', async () => {
  const log: string[] = [];
  const signals = new FakeProcess();
  const lifecycle = new Lifecycle(silentLogger);
  stopOnSignals(lifecycle, silentLogger, signals);
  await lifecycle.start([part('a', log)]);
  signals.send('SIGTERM');
  await turn();
  assert.deepEqual([log.at(-1), signals.exits], ['stop a', [0]]);
});

test('a second signal does not wait', async () => {
  const signals = new FakeProcess();
  const lifecycle = new Lifecycle(silentLogger);
  stopOnSignals(lifecycle, silentLogger, signals);
  await lifecycle.start([part('a', [], { stop: () => new Promise(() => undefined) })]);
  signals.send('SIGTERM');
  await turn();
  assert.deepEqual(signals.exits, []);
  signals.send('SIGINT');
  assert.deepEqual(signals.exits, [130]);
});

test('a part that does not stop well makes the exit code 1; the others are stopped', async () => {
  const log: string[] = [];
  const signals = new FakeProcess();
  const lifecycle = new Lifecycle(silentLogger);
  stopOnSignals(lifecycle, silentLogger, signals);
  const broken = part('b', log, { stop: () => Promise.reject(new Error('stuck')) });
  await lifecycle.start([part('a', log), broken]);
  signals.send('SIGINT');
  await turn();
  assert.deepEqual([log.at(-1), signals.exits], ['stop a', [1]]);
});
