import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:process';

interface Process {
  readonly parent: number;
  readonly cpuTicks: number;
}

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** What the trees under some roots use. Linux only: elsewhere all roots are gone. */
export interface TreeUsage {
  /** So far, by ended children too. */
  readonly cpuSeconds: number;
  /** How many of the roots are there. */
  readonly roots: number;
  /** All that is there. */
  readonly pids: readonly number[];
}

export function usageOf(roots: readonly number[]): TreeUsage {
  if (platform !== 'linux') return { cpuSeconds: 0, roots: 0, pids: [] };
  const processes = readProcesses();
  const pids = [...processes.keys()].filter((pid) => isUnder(pid, roots, processes));
  const ticks = pids.reduce((sum, pid) => sum + (processes.get(pid)?.cpuTicks ?? 0), 0);
  const found = roots.filter((pid) => processes.has(pid)).length;
  return { cpuSeconds: ticks / TICKS_PER_SECOND, roots: found, pids };
}

/** Resident memory of processes, with what they share counted once. */
export function memoryMiBOf(pids: readonly number[]): number {
  return mibOf(pids, /^Pss: +(\d+)/m);
}

/** The part of it that is in no file: heaps, stacks, buffers. */
export function ownMemoryMiBOf(pids: readonly number[]): number {
  return mibOf(pids, /^Pss_Anon: +(\d+)/m);
}

/** Of processes' pages, those that are shared by their parts of them. */
function mibOf(pids: readonly number[], field: RegExp): number {
  const kib = pids.map((pid) => Number(field.exec(textOf(pid, 'smaps_rollup') ?? '')?.[1] ?? 0));
  return kib.reduce((sum, it) => sum + it, 0) / KIB_PER_MIB;
}

function isUnder(
  pid: number,
  roots: readonly number[],
  processes: ReadonlyMap<number, Process>,
): boolean {
  for (let at: number | undefined = pid; at !== undefined; at = processes.get(at)?.parent) {
    if (roots.includes(at)) return true;
  }
  return false;
}

function readProcesses(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const process = Number.isInteger(pid) ? readProcess(pid) : undefined;
    if (process !== undefined) found.set(pid, process);
  }
  return found;
}

/** proc(5): fields after the command, which stands in brackets and may hold anything. */
function readProcess(pid: number): Process | undefined {
  const text = textOf(pid, 'stat');
  if (text === undefined) return undefined;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (field: number): number => fields[field - 3] ?? 0;
  return { parent: at(4), cpuTicks: at(14) + at(15) + at(16) + at(17) };
}

/** Undefined when the process has ended. */
function textOf(pid: number, file: 'stat' | 'smaps_rollup'): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
