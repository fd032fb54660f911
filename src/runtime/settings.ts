import { z } from 'zod';
import { LOG_LEVELS } from './logger.js';
import { noted, noteOf, oneOf, text, wholeNumber } from './setting-kinds.js';
import { accessSettings, requireAccessTogether } from './settings-access.js';
import { requireCassandraTogether } from './settings-cassandra-access.js';
import { cassandraSettings } from './settings-cassandra.js';
import { callGateSettings } from './settings-calls.js';
import { cliSettings } from './settings-cli.js';
import { callSettings, pollSettings, receiverSettings } from './settings-clients.js';
import { grpcSettings } from './settings-grpc.js';
import { httpPortSettings, httpSettings } from './settings-http.js';
import { hostedPollerSettings, pollerSettings, timedEventSettings } from './settings-scheduler.js';
import { metricsSettings } from './settings-metrics.js';
import { subscriptionSettings } from './settings-subscriptions.js';
import { requireTlsTogether, tlsSettings } from './settings-tls.js';
import { tracingSettings } from './settings-tracing.js';

/** For every program. */
const commonSettings = z.object({
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info', 'How much goes to the log (JSON lines on standard error).'),
});

const limitSettings = z.object({
  APPEND_EVENTS_MAX: wholeNumber({
    min: 1,
    max: 1_000,
    standard: 1_000,
    reason: 'Events in one append, and in one merged write.',
  }),
  APPEND_BYTES_MAX: wholeNumber({
    min: 1_024,
    max: 8_388_608,
    standard: 4_194_304,
    reason: 'Size of one append (4 MiB). Cassandra refuses half a commit-log segment and more.',
  }),
  PAYLOAD_BYTES_MAX: wholeNumber({
    min: 1,
    max: 3_145_728,
    standard: 1_048_576,
    reason: 'Size of one payload (1 MiB). Above 3 MiB a page would not fit a gRPC client.',
  }),
  METADATA_BYTES_MAX: wholeNumber({
    min: 0,
    max: 1_048_576,
    standard: 65_536,
    reason: 'Size of the metadata of one event (64 KiB).',
  }),
  STREAM_NAME_BYTES_MAX: wholeNumber({
    min: 36,
    max: 512,
    standard: 512,
    reason: 'Size of a stream name.',
  }),
  TYPE_NAME_BYTES_MAX: wholeNumber({
    min: 1,
    max: 200,
    standard: 200,
    reason: 'Size of the name of an event type.',
  }),
  PAGE_EVENTS_MAX: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 10_000,
    reason: 'Events in one page. A larger `batchSize` counts as this.',
  }),
  ID_WINDOW: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 1_000,
    reason: 'How many of the last versions are searched for the event ids of a retry.',
  }),
});

const queueSettings = z.object({
  QUEUE_STREAM_APPENDS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 1_000,
    reason: 'Appends to one stream that may wait; more are refused with QUEUE_FULL.',
  }),
  QUEUE_APPENDS_MAX: wholeNumber({
    min: 1,
    max: 1_000_000,
    standard: 10_000,
    reason: 'Appends that may wait in one server.',
  }),
  QUEUE_BYTES_MAX: wholeNumber({
    min: 8_388_608,
    max: 4_294_967_296,
    standard: 67_108_864,
    reason: 'Size of the appends that may wait in one server (64 MiB).',
  }),
});

const STORAGES = ['embedded', 'cassandra', 'memory'] as const;

const placeSettings = z.object({
  STORAGE: noted(z.enum(STORAGES).optional(), {
    allowed: '`embedded`, `cassandra` or `memory`',
    reason: 'Where events are kept. `memory` forgets them at exit.',
    defaultText: '`cassandra` when `CASSANDRA_HOSTS` is set, else `embedded`',
  }),
  DATA_DIR: text('./data', 'Directory of the embedded store; made when it is missing.'),
});

/** Of the servers: where they listen, and how they stop. */
const hostSettings = z.object({
  HOST: text('127.0.0.1', 'Address to listen on. `0.0.0.0` in a container.'),
  SHUTDOWN_GRACE_MS: wholeNumber({
    min: 0,
    max: 600_000,
    standard: 10_000,
    reason: 'How long a server that was told to stop finishes what it accepted.',
  }),
});

const grpcPortSettings = z.object({
  PORT: wholeNumber({
    min: 0,
    max: 65_535,
    standard: 8_080,
    reason: 'Port for gRPC. 0 = a free one; the program says which.',
  }),
});

/** Marks what a rule about several variables says, apart from zod's own messages. */
const RULE = 'rule: ';

const backendShape = {
  ...commonSettings.shape,
  ...callGateSettings.shape,
  ...hostSettings.shape,
  ...tlsSettings.shape,
  ...placeSettings.shape,
  ...cassandraSettings.shape,
  ...limitSettings.shape,
  ...queueSettings.shape,
  ...timedEventSettings.shape,
  ...pollerSettings.shape,
  ...httpPortSettings.shape,
  ...httpSettings.shape,
  ...tracingSettings.shape,
  ...metricsSettings.shape,
};

type Refuse = (variable: string, message: string) => void;

/** What several variables must be to each other. */
function requireTogether(values: z.output<z.ZodObject<typeof backendShape>>, refuse: Refuse): void {
  requireTlsTogether(values, refuse);
  requireCassandraTogether(values, refuse);
  if (values.FOREIGN_WRITERS && values.CASSANDRA_SERIAL_CONSISTENCY === 'LOCAL_SERIAL') {
    refuse('FOREIGN_WRITERS', 'needs CASSANDRA_SERIAL_CONSISTENCY=SERIAL: the others use SERIAL');
  }
  if (values.HTTP_IDLE_TIMEOUT_MS <= values.HTTP_WAIT_MAX_MS) {
    refuse('HTTP_IDLE_TIMEOUT_MS', 'must be more than HTTP_WAIT_MAX_MS');
  }
  if (values.STORAGE === 'cassandra' && values.CASSANDRA_HOSTS === undefined) {
    refuse('CASSANDRA_HOSTS', 'must be set with STORAGE=cassandra');
  }
}

function refuseIn(context: z.RefinementCtx): Refuse {
  return (variable, message) =>
    context.addIssue({ code: 'custom', path: [variable], message: RULE + message });
}

/** Of `cmd/grpc-store`. */
export const storeSettings = z
  .object({
    ...backendShape,
    ...grpcPortSettings.shape,
    ...grpcSettings.shape,
    ...hostedPollerSettings.shape,
    ...subscriptionSettings.shape,
    ...accessSettings.shape,
  })
  .superRefine((values, context) => {
    const refuse = refuseIn(context);
    requireTogether(values, refuse);
    requireAccessTogether(values, refuse);
    if (values.FEED_POLL_MAX_MS < values.FEED_POLL_MIN_MS) {
      refuse('FEED_POLL_MAX_MS', 'must not be less than FEED_POLL_MIN_MS');
    }
  });

/** Of `cmd/scheduler`. */
export const schedulerSettings = z
  .object(backendShape)
  .superRefine((values, context) => requireTogether(values, refuseIn(context)));

/** Of `cmd/test-client`. */
export const testClientSettings = z.object({ ...commonSettings.shape, ...callSettings.shape });

/** Of `cmd/polling-client`. */
export const pollingClientSettings = z.object({
  ...testClientSettings.shape,
  ...pollSettings.shape,
});

/** Of `cmd/grpc-sink`. */
export const sinkSettings = z
  .object({
    ...commonSettings.shape,
    ...callGateSettings.shape,
    ...hostSettings.shape,
    ...tlsSettings.shape,
    ...accessSettings.shape,
    ...grpcPortSettings.shape,
    ...grpcSettings.shape,
  })
  .superRefine((values, context) => {
    requireTlsTogether(values, refuseIn(context));
    requireAccessTogether(values, refuseIn(context));
  });

/** Of `cmd/gentables`. */
export const gentablesSettings = z
  .object({ ...commonSettings.shape, ...cassandraSettings.shape })
  .superRefine((values, context) => requireCassandraTogether(values, refuseIn(context)));

/** What a program needs to open a storage with timed events. */
export type BackendVariables = z.output<z.ZodObject<typeof backendShape>>;
export type StoreSettings = z.output<typeof storeSettings>;

/** The storage that the settings ask for. */
export function storageOf(
  settings: Pick<StoreSettings, 'STORAGE' | 'CASSANDRA_HOSTS'>,
): (typeof STORAGES)[number] {
  return settings.STORAGE ?? (settings.CASSANDRA_HOSTS === undefined ? 'embedded' : 'cassandra');
}

/** The variables of one purpose, by name. */
export interface SettingTable {
  readonly title: string;
  readonly shape: Readonly<Record<string, z.ZodType>>;
}

/** The tables of the reference, in its order. */
export const SETTING_TABLES: readonly SettingTable[] = [
  { title: 'Every program', shape: commonSettings.shape },
  { title: 'Servers', shape: { ...hostSettings.shape, ...grpcPortSettings.shape } },
  { title: 'TLS of servers', shape: tlsSettings.shape },
  { title: 'Access', shape: accessSettings.shape },
  { title: 'Calls', shape: callGateSettings.shape },
  { title: 'Storage', shape: placeSettings.shape },
  { title: 'Cassandra', shape: cassandraSettings.shape },
  { title: 'Limits', shape: limitSettings.shape },
  { title: 'Waiting appends', shape: queueSettings.shape },
  { title: 'Subscriptions', shape: subscriptionSettings.shape },
  { title: 'gRPC', shape: grpcSettings.shape },
  { title: 'HTTP', shape: { ...httpPortSettings.shape, ...httpSettings.shape } },
  { title: 'Timed events', shape: timedEventSettings.shape },
  {
    title: 'Firing timed events',
    shape: { ...hostedPollerSettings.shape, ...pollerSettings.shape },
  },
  { title: 'Metrics', shape: metricsSettings.shape },
  { title: 'Traces', shape: tracingSettings.shape },
  { title: 'Clients', shape: callSettings.shape },
  { title: 'Polling client', shape: pollSettings.shape },
  { title: 'Receiver', shape: receiverSettings.shape },
  { title: 'Command line', shape: cliSettings.shape },
];

/** Names each variable that is wrong and says what it may be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a table once. Throws SettingsError. An empty variable counts as not set. */
export function parseSettings<Table extends z.ZodObject>(
  table: Table,
  env: Environment,
): z.output<Table> {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const result = table.safeParse(Object.fromEntries(set));
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => explain(issue, table, env));
  throw new SettingsError([...new Set(lines)].join('\n'));
}

function explain(issue: z.core.$ZodIssue, table: z.ZodObject, env: Environment): string {
  const variable = String(issue.path[0]);
  const schema: unknown = table.shape[variable];
  if (!(schema instanceof z.ZodType) || issue.message.startsWith(RULE)) {
    return `${variable} ${issue.message.slice(RULE.length)}`;
  }
  const { allowed, secret } = noteOf(schema);
  const found = secret === true ? '' : `, not "${env[variable] ?? ''}"`;
  return `${variable} must be ${allowed}${found}`;
}
