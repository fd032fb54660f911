import { systemClock, type Clock } from './clock.js';
import { systemIds, type Ids } from './ids.js';
import { silentLogger, type Logger } from './logger.js';
import { silentMetrics, type Metrics } from './metrics/index.js';
import { systemRandom, type Random } from './random.js';
import { systemTimers, type Timers } from './timers.js';
import { silentTracer, type Tracer } from './tracing/tracer.js';

/** What rooms get instead of reaching for the outside world themselves. */
export interface Components {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

/** The real ones. */
export function systemComponents(logger: Logger): Components {
  return {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    ids: systemIds,
    logger,
    metrics: silentMetrics,
    tracer: silentTracer,
  };
}

/** Log, metrics and traces that go nowhere. */
export const silentOutput: Pick<Components, 'logger' | 'metrics' | 'tracer'> = {
  logger: silentLogger,
  metrics: silentMetrics,
  tracer: silentTracer,
};
