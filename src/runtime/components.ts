import { systemClock, type Clock } from './clock.js';
import { systemIds, type Ids } from './ids.js';
import type { Logger } from './logger.js';
import { systemRandom, type Random } from './random.js';
import { systemTimers, type Timers } from './timers.js';

/** What rooms get instead of reaching for the outside world themselves. */
export interface Components {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
}

/** The real ones. */
export function systemComponents(logger: Logger): Components {
  return {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    ids: systemIds,
    logger,
  };
}
