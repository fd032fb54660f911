import type { Suite } from '../model/suite.js';
import type { Workload } from '../model/workload.js';
import { bullmq } from '../subjects/bullmq/subject.js';
import { timersAppending } from '../subjects/cassadra-timers/timers-appending.js';
import { timersEmbedded } from '../subjects/cassadra-timers/timers-embedded.js';
import { timersOnCassandra } from '../subjects/cassadra-timers/timers-on-cassandra.js';
import { graphileWorker } from '../subjects/graphile-worker/subject.js';
import { pgBoss } from '../subjects/pg-boss/subject.js';
import { rawLwt } from '../subjects/raw-lwt/subject.js';

const TIMERS: readonly Workload[] = [
  { kind: 'timer-add', clients: 1 },
  { kind: 'timer-add', clients: 64 },
  { kind: 'timer-fire', timers: 5_000 },
  ...[50, 200, 500].map((perSecond) => ({
    ...{ kind: 'timer-lateness' as const, perSecond, kill: false },
  })),
  { kind: 'timer-lateness', perSecond: 200, kill: true },
];

export const timersSuite: Suite = {
  name: 'timers',
  title: 'Timers on one machine, each flushed to the disk',
  subjects: [timersEmbedded, timersAppending, bullmq, pgBoss, graphileWorker],
  workloads: TIMERS,
  warmUpSeconds: 5,
};

export const timersCassandraSuite: Suite = {
  name: 'timers-cassandra',
  title: 'Timers on Cassandra',
  subjects: [timersOnCassandra, rawLwt],
  workloads: TIMERS,
  warmUpSeconds: 60,
};
