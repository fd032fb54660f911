import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { DEFAULT_TIMED_EVENT_LIMITS } from '../../src/core/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import {
  createScheduler,
  Poller,
  type DispatchResult,
  type OutgoingCall,
  type ScheduleCommand,
} from '../../src/scheduler/index.js';
import type { Backend } from '../../src/storage/index.js';

const EVENTS = 400;
/** One in ten is called twice. */
const CALLS = EVENTS + EVENTS / 10;
const OVER_MS = 500;
const components = systemComponents(silentLogger);
const { clock } = components;

function command(eventId: string, dueMs: number): ScheduleCommand {
  return {
    key: { application: 'app', eventId },
    dueMs,
    payload: new TextEncoder().encode(eventId),
    target: { kind: 'http', url: 'http://receiver.test/', method: 'POST', headers: [] },
    retry: { firstDelayMs: 50 },
    timeoutMs: undefined,
    retentionMs: undefined,
    onExists: 'reject',
  };
}

/** Receives; the first attempt of every tenth event fails. Says when it has had so many calls. */
class Receiver {
  readonly calls: { readonly call: OutgoingCall; readonly earlyMs: number }[] = [];
  readonly hadAll: Promise<void>;
  #tell: () => void = () => undefined;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.hadAll = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  async call(call: OutgoingCall, mayBegin: () => boolean): Promise<DispatchResult> {
    if (!mayBegin()) return { kind: 'withdrawn' };
    this.calls.push({ call, earlyMs: call.dueMs - clock.nowMs() });
    if (this.calls.length === this.#count) this.#tell();
    const fails = call.attempt === 1 && call.key.eventId.endsWith('0');
    return { kind: 'answered', status: fails ? 503 : 200, body: '', retryAfterMs: undefined };
  }

  async close(): Promise<void> {}
}

async function allFire(backend: Backend, context: TestContext): Promise<void> {
  const receiver = new Receiver(CALLS);
  const timedEvents = () => backend.timedEvents;
  const ready = () => true;
  const scheduler = createScheduler({
    timedEvents,
    ready,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    components,
  });
  const pollers = [1, 2].map(() => {
    return new Poller({ timedEvents, ready, dispatcher: receiver, components });
  });
  for (const poller of pollers) poller.start();
  const firstMs = clock.nowMs() + 300;
  const names = Array.from({ length: EVENTS }, (_, index) => `e-${index}`);
  const step = OVER_MS / EVENTS;
  await Promise.all(
    names.map((name, index) =>
      scheduler.schedule(
        command(name, Math.round(firstMs + index * step)),
        new AbortController().signal,
      ),
    ),
  );
  await receiver.hadAll;
  for (const poller of pollers) await poller.stop();
  assert.equal(receiver.calls.length, CALLS);
  assert.ok(receiver.calls.every(({ earlyMs }) => earlyMs <= 0));
  for (const name of names) {
    const event = await scheduler.find({ application: 'app', eventId: name });
    assert.equal(event?.state.status, 'COMPLETED', name);
  }
  const sum = pollers.map((poller) => poller.stats());
  assert.equal(sum[0] && sum[1] && sum[0].completed + sum[1].completed, EVENTS);
  const late = receiver.calls.map(({ earlyMs }) => -earlyMs).sort((left, right) => left - right);
  context.diagnostic(`median ${late[late.length >> 1]} ms after the due time`);
}

test('two pollers on the memory backend fire everything once', {
  timeout: 30_000,
}, async (context) => {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  await allFire(backend, context);
  await backend.close();
});

test('two pollers on the embedded backend fire everything once', {
  timeout: 30_000,
}, async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-scheduler-'));
  const backend = await openEmbedded(embeddedSettings(dataDir), components);
  try {
    await allFire(backend, context);
  } finally {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
