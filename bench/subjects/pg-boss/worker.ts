import PgBoss from 'pg-boss';
import { loadInput } from '../../load/load-input.js';
import { ArrivalReport } from '../../load/timers/report-arrivals.js';
import { QUEUE, type PgBossInput } from './pg-boss-input.js';

/** The shortest that it takes. */
const POLLING_SECONDS = 0.5;
const BATCH = 500;

const report = new ArrivalReport();
const boss = new PgBoss({
  connectionString: loadInput<PgBossInput>().databaseUrl,
  schedule: false,
  // how often it looks for jobs of workers that died; 120 s if not said
  maintenanceIntervalSeconds: 10,
});
boss.on('error', (error) => console.error('pg-boss:', error.message));
await boss.start();
await boss.createQueue(QUEUE);
const options = { batchSize: BATCH, pollingIntervalSeconds: POLLING_SECONDS, priority: false };
const worker = await boss.work(QUEUE, options, async (jobs) => {
  report.arrived(jobs.map(({ id }) => id));
  // there may be more: it need not wait for the next poll
  if (jobs.length === BATCH) boss.notifyWorker(worker);
  await Promise.resolve();
});
await report.ready();
