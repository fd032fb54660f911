import { run } from 'graphile-worker';
import { loadInput } from '../../load/load-input.js';
import { ArrivalReport } from '../../load/timers/report-arrivals.js';
import { quietLogger, TASK, type GraphileInput } from './graphile-input.js';

const CONCURRENCY = 24;
const POLL_MS = 100;

const report = new ArrivalReport();
await run({
  connectionString: loadInput<GraphileInput>().databaseUrl,
  logger: quietLogger,
  concurrency: CONCURRENCY,
  // one more, on which it listens for new jobs
  maxPoolSize: CONCURRENCY + 1,
  pollInterval: POLL_MS,
  noHandleSignals: true,
  crontab: '',
  taskList: { [TASK]: (_payload, { job }) => report.arrived([job.id]) },
});
await report.ready();
