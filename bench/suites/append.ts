import type { Suite } from '../model/suite.js';
import type { AppendWorkload } from '../model/workload.js';
import { cassadraEmbedded } from '../subjects/cassadra/cassadra-embedded.js';
import { emmettOnPostgres } from '../subjects/emmett-postgres/subject.js';
import { emmettOnSqlite } from '../subjects/emmett-sqlite/subject.js';
import { emptyHandler } from '../subjects/empty-handler/subject.js';
import { messageDb } from '../subjects/message-db/subject.js';
import { rawLmdb } from '../subjects/raw-lmdb/subject.js';
import { umadb } from '../subjects/umadb/subject.js';

const append = { kind: 'append', streams: 'new', clients: 64, batch: 1, call: 'unary' } as const;

/** What the append suites have in common. */
export const APPENDS: readonly AppendWorkload[] = [
  ...[1, 16, 64].map((clients) => ({ ...append, clients })),
  { ...append, batch: 10 },
  { ...append, batch: 100, clients: 16 },
  { ...append, streams: 'existing' },
  { ...append, streams: 'one', clients: 32 },
  ...[1, 10, 100].map((batch) => ({ ...append, call: 'stream' as const, batch })),
];

export const appendSuite: Suite = {
  name: 'append',
  title: 'Appends on one machine, each flushed to the disk',
  subjects: [
    cassadraEmbedded,
    emptyHandler,
    rawLmdb,
    umadb,
    emmettOnPostgres,
    emmettOnSqlite,
    messageDb,
  ],
  workloads: APPENDS,
  warmUpSeconds: 10,
};
