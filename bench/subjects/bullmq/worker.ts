import { Worker } from 'bullmq';
import { loadInput } from '../../load/load-input.js';
import { ArrivalReport } from '../../load/timers/report-arrivals.js';
import { connectionOf, QUEUE, type BullmqInput } from './bullmq-input.js';

const report = new ArrivalReport();

const worker = new Worker(
  QUEUE,
  async ({ id = '' }) => {
    report.arrived([id]);
    await Promise.resolve();
  },
  {
    connection: connectionOf(loadInput<BullmqInput>()),
    // the figure in the guide on concurrency
    concurrency: 50,
    removeOnComplete: { count: 0 },
    // handlers take no time; with the defaults (30 s) a killed worker's jobs would wait a minute
    lockDuration: 5_000,
    stalledInterval: 2_500,
    maxStalledCount: 10,
  },
);
worker.on('error', (error) => console.error('bullmq:', error.message));
await worker.waitUntilReady();
await report.ready();
