import { watchUsage, type WindowUsage } from '../measure/watch-usage.js';
import type { LoadResult } from '../model/load-result.js';
import type { Line } from '../model/measurement.js';
import type { RunningSubject, Subject } from '../model/subject.js';
import type { Suite } from '../model/suite.js';
import { nameOf, type Workload } from '../model/workload.js';
import type { Place } from '../services/place.js';
import { canRun, runWorkload } from './run-workload.js';

export interface RunOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Upper limit of a suite's own warm-up. */
  readonly warmUpSecondsMax: number;
  readonly write: (line: Line) => void;
  readonly say: (text: string) => void;
}

interface Started {
  readonly name: string;
  readonly subject: RunningSubject;
}

/** One measurement to make. */
interface Step extends Started {
  readonly round: number;
  readonly workload: Workload;
}

/**
 * Starts all subjects of a suite, loads each for the warm-up, then measures each workload on one
 * after the other, in as many rounds as asked for: A B A B. Who begins changes from round to round.
 */
export async function runSuite(suite: Suite, place: Place, options: RunOptions): Promise<void> {
  const started: Started[] = [];
  try {
    for (const subject of suite.subjects) {
      const running = await startIn(suite, subject, place, options);
      if (running !== undefined) started.push({ name: subject.name, subject: running });
    }
    for (const step of stepsOf(suite, started, options.rounds)) await measure(suite, step, options);
  } finally {
    for (const { subject } of started.reverse()) await subject.stop();
  }
}

/** Started and warm; undefined, with a line that says why, when it cannot be had here. */
async function startIn(
  suite: Suite,
  subject: Subject,
  place: Place,
  options: RunOptions,
): Promise<RunningSubject | undefined> {
  options.say(`${suite.name}: starting ${subject.name}`);
  let running: RunningSubject | undefined;
  try {
    running = await subject.start(place);
    await warmUp(suite, running, options);
    const version = running.version ?? 'of this checkout';
    options.write({ suite: suite.name, subject: subject.name, version });
    return running;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    options.say(`${suite.name}: no ${subject.name}: ${why}`);
    options.write({ suite: suite.name, subject: subject.name, why });
    await running?.stop();
    return undefined;
  }
}

/** The time is divided among the kinds of work that the subject can do. */
async function warmUp(suite: Suite, subject: RunningSubject, options: RunOptions): Promise<void> {
  const seconds = Math.min(suite.warmUpSeconds, options.warmUpSecondsMax);
  if (seconds === 0) return;
  const able = suite.workloads.filter((workload) => canRun(subject, workload));
  // of each kind the last: with the most clients, or the largest
  const kinds = [...new Map(able.map((workload) => [kindOf(workload), workload])).values()];
  const each = Math.max(1, Math.round(seconds / kinds.length));
  options.say(`  ${String(each)} s of warm-up for each of ${String(kinds.length)} workloads`);
  for (const workload of kinds) await runWorkload(subject.runs, workload, each);
}

function kindOf(workload: Workload): string {
  if (workload.kind !== 'append') return workload.kind;
  return `append ${workload.streams} ${workload.call} ${workload.api ?? ''}`;
}

function* stepsOf(suite: Suite, started: readonly Started[], rounds: number): Generator<Step> {
  for (let round = 1; round <= rounds; round += 1) {
    const first = round % Math.max(1, started.length);
    const order = [...started.slice(first), ...started.slice(0, first)];
    for (const workload of suite.workloads) {
      yield* order
        .filter(({ subject }) => canRun(subject, workload))
        .map((it) => ({ ...it, round, workload }));
    }
  }
}

/** A run that fails is shown and leaves a gap: the others are worth their time all the same. */
async function measure(suite: Suite, step: Step, options: RunOptions): Promise<void> {
  const { name, subject, round } = step;
  const workload = nameOf(step.workload);
  const title = `${String(round)} ${workload} · ${name}`;
  try {
    const { load, ...usage } = await measured(subject, step.workload, options.seconds);
    options.write({ suite: suite.name, subject: name, workload, round, load, ...usage });
    options.say(`${title}: ${shown(load)}`);
  } catch (error) {
    options.write({ suite: suite.name, subject: name, why: `${workload}: ${String(error)}` });
    options.say(`${title}: failed: ${String(error)}`);
  }
}

async function measured(
  subject: RunningSubject,
  workload: Workload,
  seconds: number,
): Promise<WindowUsage & { readonly load: LoadResult }> {
  const usage = watchUsage(() => subject.pids());
  try {
    const load = await runWorkload(subject.runs, workload, seconds);
    return { load, ...usage.within(load.window) };
  } finally {
    usage.stop();
  }
}

function shown(load: LoadResult): string {
  const rate = (load.events / load.seconds).toFixed(0);
  const p99 = load.latencyMs === undefined ? '' : `, p99 ${load.latencyMs.p99.toFixed(1)} ms`;
  const errors = load.errors === 0 ? '' : `, ${String(load.errors)} errors`;
  return `${rate} events/s${p99}${errors}`;
}
