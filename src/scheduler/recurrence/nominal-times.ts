import type { Recurrence } from '../../core/index.js';
import { CronTimes } from './cron-times.js';
import { WallPattern } from './wall-pattern.js';
import { ZoneClock } from './zone-clock.js';

/** Nominal times by cron are of schedules that are used now; more are compiled again. */
const COMPILED_MAX = 1_000;
const compiled = new Map<string, CronTimes>();
const clocks = new Map<string, ZoneClock>();

/**
 * The first nominal time after a moment, which may lie before 1970. Undefined: none is left. The
 * recurrence is one that `requireRecurrence` has let pass.
 */
export function nextNominal(recurrence: Recurrence, afterMs: number): number | undefined {
  const fromMs = Math.max(afterMs, -1);
  switch (recurrence.kind) {
    case 'cron':
      return cronTimes(recurrence.expression, recurrence.timeZone).next(fromMs);
    case 'interval': {
      const { everyMs, phaseMs } = recurrence;
      const passed = Math.floor((fromMs - phaseMs) / everyMs);
      return phaseMs + Math.max(0, passed + 1) * everyMs;
    }
  }
}

function cronTimes(expression: string, timeZone: string): CronTimes {
  const name = `${timeZone} ${expression}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const times = new CronTimes(new WallPattern(expression), clockOf(timeZone));
  remember(compiled, name, times);
  return times;
}

function clockOf(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new ZoneClock(timeZone);
  remember(clocks, timeZone, clock);
  return clock;
}

function remember<Value>(known: Map<string, Value>, name: string, value: Value): void {
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size >= COMPILED_MAX) known.delete(oldest);
  known.set(name, value);
}
