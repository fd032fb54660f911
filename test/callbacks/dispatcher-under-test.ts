import type { TestContext } from 'node:test';
import {
  createHttpDispatcher,
  DEFAULT_CALLBACK_SETTINGS,
  parseAllowCidrs,
  type CallbackSettings,
  type Resolve,
} from '../../src/callbacks/index.js';
import { requireUuid, type HttpTarget } from '../../src/core/index.js';
import { FakeTime, silentLogger, systemComponents, type Logger } from '../../src/runtime/index.js';
import type { Dispatcher, OutgoingCall, SecretsOfCall } from '../../src/scheduler/index.js';

export interface UnderTest {
  readonly dispatcher: Dispatcher;
  /** Time stands still unless the test moves it. */
  readonly time: FakeTime;
}

export interface Choices {
  readonly allow?: readonly string[];
  readonly settings?: Partial<CallbackSettings>;
  readonly resolve?: Resolve;
  readonly secretsOf?: SecretsOfCall;
  readonly logger?: Logger;
  readonly time?: FakeTime;
}

/** A dispatcher that may call 127.0.0.0/8; closed after the test. */
export function openDispatcher(t: TestContext, choices: Choices = {}): UnderTest {
  const { time = new FakeTime(), logger = silentLogger, resolve, secretsOf } = choices;
  const components = { ...systemComponents(logger), clock: time, timers: time };
  const settings = {
    ...DEFAULT_CALLBACK_SETTINGS,
    allowCidrs: parseAllowCidrs(choices.allow ?? ['127.0.0.0/8']),
    ...choices.settings,
  };
  const dispatcher = createHttpDispatcher(settings, components, { resolve, secretsOf });
  t.after(() => dispatcher.close());
  return { dispatcher, time };
}

/** Makes calls one after another share a connection. */
export const ONE_CONNECTION: Choices = { settings: { connectionsPerDestination: 1 } };

export const yes = (): boolean => true;

export function callTo(
  url: string,
  target: Partial<HttpTarget> = {},
  rest: Partial<OutgoingCall<HttpTarget>> = {},
): OutgoingCall<HttpTarget> {
  return {
    key: { application: 'shop', eventId: 'order-1' },
    generation: requireUuid('11111111-2222-4333-8444-555555555555'),
    attempt: 1,
    dueMs: 1_700_000_000_000,
    target: { kind: 'http', url: new URL(url).href, method: 'POST', headers: [], ...target },
    payload: Buffer.from('{"n":1}'),
    timeoutMs: 15_000,
    ...rest,
  };
}
