import type { LoadResult } from '../model/load-result.js';
import { memoryMiBOf, usageOf } from './process-tree.js';

const INTERVAL_MS = 200;
/** Looking at memory costs the processes time: less often. */
const MEMORY_EVERY = 5;

interface Sample {
  readonly atMs: number;
  readonly roots: number;
  readonly cpuSeconds: number;
  readonly memoryMiB: number | undefined;
}

/** Absent: there was no process, or one of them ended within the window. */
export interface WindowUsage {
  readonly cpuSeconds?: number;
  readonly memoryMiB?: number;
}

export interface UsageWatch {
  /**
   * CPU within a window of the wall clock (without one: since the start), and memory when it was
   * last looked at within it.
   */
  within(window: LoadResult['window']): WindowUsage;
  stop(): void;
}

/** Looks at process trees five times a second: work before and after a window is not its own. */
export function watchUsage(roots: () => readonly number[]): UsageWatch {
  const samples: Sample[] = [];
  const look = (): void => {
    const usage = usageOf(roots());
    const withMemory = samples.length % MEMORY_EVERY === 0 && usage.roots > 0;
    const memoryMiB = withMemory ? memoryMiBOf(usage.pids) : undefined;
    const { cpuSeconds, roots: found } = usage;
    samples.push({ atMs: Date.now(), roots: found, cpuSeconds, memoryMiB });
  };
  look();
  const timer = setInterval(look, INTERVAL_MS);
  return {
    within: (window) => {
      look();
      const fromMs = window?.fromMs ?? samples[0]?.atMs ?? 0;
      const untilMs = window?.untilMs ?? Date.now();
      return { ...cpuOf(samples, fromMs, untilMs), ...memoryOf(samples, fromMs, untilMs) };
    },
    stop: () => clearInterval(timer),
  };
}

function cpuOf(samples: readonly Sample[], fromMs: number, untilMs: number): WindowUsage {
  const inside = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  const counts = new Set(inside.map(({ roots }) => roots));
  if (counts.size !== 1 || counts.has(0)) return {};
  return { cpuSeconds: cpuAt(samples, untilMs) - cpuAt(samples, fromMs) };
}

function memoryOf(samples: readonly Sample[], fromMs: number, untilMs: number): WindowUsage {
  const last = samples.findLast(
    ({ memoryMiB, atMs }) => memoryMiB !== undefined && atMs >= fromMs && atMs <= untilMs,
  );
  return last?.memoryMiB === undefined ? {} : { memoryMiB: last.memoryMiB };
}

/** Between two samples CPU is taken to rise evenly. */
function cpuAt(samples: readonly Sample[], atMs: number): number {
  const after = samples.findIndex((sample) => sample.atMs >= atMs);
  const right = samples[after === -1 ? samples.length - 1 : after];
  const left = samples[Math.max(0, after - 1)];
  if (left === undefined || right === undefined) return Number.NaN;
  if (after === -1 || right.atMs === left.atMs) return right.cpuSeconds;
  const share = (atMs - left.atMs) / (right.atMs - left.atMs);
  return left.cpuSeconds + (right.cpuSeconds - left.cpuSeconds) * Math.max(0, share);
}
