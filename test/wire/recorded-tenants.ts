import type {
  Application,
  Destination,
  Secrets,
  SigningKey,
  Tenants,
} from '../../src/scheduler/index.js';
import type { RecordedCall } from './recorded-schedules.js';
import { NOW_MS } from './scheduler-under-test.js';

const APPLICATION: Application = {
  application: 'shop',
  policy: {
    ...{ ratePerSecond: 0.5, concurrency: 3, priority: 'high', pendingMax: 1_000_000_000 },
    failureEvent: { stream: 'failures', type: 'Failed' },
    paused: { sinceMs: NOW_MS, note: 'moving house' },
  },
};

const DESTINATIONS: readonly Destination[] = [
  {
    destination: 'http://receiver.test:80',
    policy: {
      ...{ ratePerSecond: 1.5, concurrency: 10_000 },
      disabled: { sinceMs: NOW_MS, eventId: 'e' },
    },
    credentials: { kind: 'basic', setMs: NOW_MS + 1 },
  },
  { destination: 'append:', policy: {}, credentials: { kind: 'bearer', setMs: 1 } },
  { destination: 'https://b.test:443', policy: {}, credentials: { kind: 'mtls', setMs: 1 } },
  { destination: 'https://c.test:443', policy: {} },
];

const KEYS: readonly SigningKey[] = [
  { keyId: 'new', kind: 'ed25519', createdMs: NOW_MS, publicKey: 'whpk_AAAA' },
  { keyId: 'old', kind: 'hmac-sha256', createdMs: 1 },
];

/** Notes what it is asked, and answers with values that have all fields. */
export function recordedTenants(calls: RecordedCall[]): Tenants {
  const noted = <Answer>(answer: Answer, ...call: RecordedCall): Promise<Answer> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const [destination = { destination: '', policy: {} }] = DESTINATIONS;
  return {
    list: (page) => noted({ applications: [APPLICATION], next: 'a.b' }, 'list', page),
    find: (name) => noted(APPLICATION, 'find', name),
    countPending: (name) => noted(7_000_000_000, 'countPending', name),
    set: (name, settings) => noted(APPLICATION, 'set', name, settings),
    pause: (name, note) => noted(APPLICATION, 'pause', name, note),
    resume: (name) => noted(APPLICATION, 'resume', name),
    listDestinations: (name, page) =>
      noted({ destinations: DESTINATIONS, next: undefined }, 'listDestinations', name, page),
    limitDestination: (name, url, limits) =>
      noted(destination, 'limitDestination', name, url, limits),
    enableDestination: (name, url) => noted(destination, 'enableDestination', name, url),
  };
}

/** The same for secrets. */
export function recordedSecrets(calls: RecordedCall[]): Secrets {
  const noted = <Answer>(answer: Answer, ...call: RecordedCall): Promise<Answer> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const [key = { keyId: '', kind: 'ed25519', createdMs: 0 }] = KEYS;
  return {
    createKey: (name, wish) => noted({ key, secret: 'whsec_made' }, 'createKey', name, wish),
    listKeys: (name) => noted(KEYS, 'listKeys', name),
    removeKey: (name, keyId) => noted(undefined, 'removeKey', name, keyId),
    setCredentials: (name, url, credentials) =>
      noted(undefined, 'setCredentials', name, url, credentials),
    removeCredentials: (name, url) => noted(undefined, 'removeCredentials', name, url),
  };
}
