import type { z } from 'zod';
import { noteOf, SETTING_TABLES } from '../../src/runtime/index.js';

const INTRODUCTION = `# Settings

Every program reads its settings from the environment, once, at its start. A value that makes no
sense ends the program with exit code 2 and a line that names the variable. An empty variable counts
as not set. This page is held to the code by a test.
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  'Every program': 'All programs under `cmd/`.',
  Servers: '`grpc-store`, `grpc-sink`; `scheduler` all but `PORT`.',
  Access:
    '`grpc-store`, `grpc-sink`: who may call, and what they may do ' +
    '([security](guides/security.md)). `scheduler` serves nothing but health and metrics.',
  Calls: '`grpc-store`, `grpc-sink`, `scheduler`.',
  'TLS of servers': '`grpc-store`, `grpc-sink`, `scheduler` ([TLS](guides/tls.md)).',
  Storage: '`grpc-store`, `scheduler`.',
  Cassandra: '`grpc-store` and `scheduler` with `STORAGE=cassandra`, `gentables`.',
  Limits:
    '`grpc-store`, `scheduler`. What is over a limit is refused, naming it, before anything is ' +
    'written.',
  'Waiting appends': '`grpc-store`, `scheduler`.',
  Subscriptions:
    '`grpc-store`: subscriptions and long polls. A subscription that nobody reads keeps a page ' +
    '(256 KiB, or one event) and what its connection has taken: below 8 MiB of memory, however ' +
    'much there is to read.',
  gRPC: '`grpc-store`, `grpc-sink`.',
  HTTP: '`grpc-store`: the gateway. `scheduler`: health only.',
  'Timed events': '`grpc-store`, `scheduler`.',
  'Firing timed events': '`grpc-store`; `scheduler` all but `SCHEDULER_POLLER`.',
  Receiver: '`receiver`.',
  Traces: '`grpc-store`, `scheduler`; [traces](guides/tracing.md).',
  Metrics: '`grpc-store`, `scheduler`. What is counted: [metrics.md](metrics.md).',
  Clients: '`polling-client`, `test-client`.',
  'Polling client': '`polling-client`.',
  'Command line': 'The commands of `cassadra` that call a server ([cli.md](cli.md)).',
};

function programsOf(title: string): string {
  const programs = PROGRAMS[title];
  if (programs === undefined) throw new TypeError(`no program is named for ${title}`);
  return programs;
}

function defaultOf(schema: z.ZodType): string {
  const { defaultText } = noteOf(schema);
  if (defaultText !== undefined) return defaultText;
  const value: unknown = schema.parse(undefined);
  return value === undefined ? 'not set' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}

/** docs/settings.md as the tables of settings have it. */
export function settingsPage(): string {
  const sections = SETTING_TABLES.map(({ title, shape }) => {
    const rows = Object.entries(shape).map(([variable, schema]) => {
      const { allowed, reason } = noteOf(schema);
      return `| \`${variable}\` | ${defaultOf(schema)} | ${allowed} | ${reason} |`;
    });
    const head = ['| Variable | Default | Allowed | What it is for |', '|---|---|---|---|'];
    return [`\n## ${title}\n`, programsOf(title), '', ...head, ...rows].join('\n');
  });
  return `${INTRODUCTION}${sections.join('\n')}\n`;
}
