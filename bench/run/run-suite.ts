import { watchUsage, type WindowUsage } from '../measure/watch-usage.js';
import type { LoadResult } from '../model/load-result.js';
import type { Line } from '../model/measurement.js';
import type { RunningSubject } from '../model/subject.js';
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
 * Starts all subjects of a suite, warms them up, then measures each workload on one after the
 * other, in as many rounds as asked for: A B A B. Who begins changes from round to round.
 */
export async function runSuite(suite: Suite, place: Place, options: RunOptions): Promise<void> {
  const started = new Set<Started>();
  const leaveOut = async (it: Started, error: unknown): Promise<void> => {
    started.delete(it);
    absent(suite, it.name, error, options);
    await it.subject.stop();
  };
  try {
    for (const it of suite.subjects) {
      const { name } = it;
      options.say(`${suite.name}: starting ${name}`);
      await it.start(place).then(
        (subject) => started.add({ name, subject }),
        (error: unknown) => absent(suite, name, error, options),
      );
    }
    for (const { of, workload, seconds } of warmUps(suite, started, options)) {
      if (!started.has(of)) continue;
      await runWorkload(of.subject.runs, workload, seconds).catch((error: unknown) =>
        leaveOut(of, error),
      );
    }
    for (const { name, subject } of started) {
      const version = subject.version ?? 'of this checkout';
      options.write({ suite: suite.name, subject: name, version });
    }
    const steps = stepsOf(suite, [...started], options.rounds);
    for (const step of steps) await measure(suite, step, options);
  } finally {
    for (const { subject } of [...started].reverse()) await subject.stop();
  }
}

/** Says why a subject cannot be had here. */
function absent(suite: Suite, subject: string, error: unknown, options: RunOptions): void {
  const why = error instanceof Error ? error.message : String(error);
  options.say(`${suite.name}: no ${subject}: ${why}`);
  options.write({ suite: suite.name, subject, why });
}

interface WarmUp {
  readonly of: Started;
  readonly workload: Workload;
  readonly seconds: number;
}

/**
 * The time of each subject is divided among the kinds of work that it can do. They take turns, and
 * what is measured first is warmed last: what subjects share, a JVM above all, is then as warm for
 * it as for what comes later.
 */
function warmUps(suite: Suite, started: ReadonlySet<Started>, options: RunOptions): WarmUp[] {
  const seconds = Math.min(suite.warmUpSeconds, options.warmUpSecondsMax);
  if (seconds === 0) return [];
  const all = [...started].flatMap((of): WarmUp[] => {
    const able = suite.workloads.filter((workload) => canRun(of.subject, workload));
    // of each kind the last: with the most clients, or the largest
    const kinds = [...new Map(able.map((workload) => [kindOf(workload), workload])).values()];
    const each = Math.max(1, Math.round(seconds / kinds.length));
    options.say(`  ${of.name}: warm-up of ${String(each)} s for each of ${String(kinds.length)}`);
    return kinds.map((workload) => ({ of, workload, seconds: each }));
  });
  const place = ({ workload }: WarmUp): number => suite.workloads.indexOf(workload);
  return all.sort((a, b) => place(b) - place(a));
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
