import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { watchUsage } from '../measure/watch-usage.js';
import type { LoadResult } from '../model/load-result.js';
import { killWithProcess } from '../services/kill-with-process.js';
import { ghzBinary } from './ghz-binary.js';
import { resultOf } from './ghz-report.js';
import { varint } from './wire-bytes.js';

export interface GhzCall {
  /** `host:port`. Several: each is called by its share of the clients, by a ghz of its own. */
  readonly address: string | readonly string[];
  /**
   * One of the two says what is called. ghz reads one file and its imports, by an old compiler
   * that does not take google/protobuf/descriptor.proto of protobufjs.
   */
  readonly protoFiles?: readonly [string];
  readonly protoset?: string;
  readonly importPaths?: readonly string[];
  /** `pkg.Service.Method`. */
  readonly method: string;
  /** Calls under way at once. */
  readonly clients: number;
  /** Length of the window that counts. */
  readonly seconds: number;
  /** Load before the window. Default 1. */
  readonly warmUpSeconds?: number;
  /**
   * A request as JSON (up to 128 KiB), a template of ghz: `{{.UUID}}` is new for each call and cheap; functions
   * such as `{{newUUID}}` work, but cost ghz several times as much. Or requests in the form of the
   * wire, which are sent in turn and cost least.
   */
  readonly data: string | readonly Uint8Array[];
  readonly eventsPerCall: number;
  /** Of all addresses together. Default: one for 8 clients, at most 4. */
  readonly connections?: number;
}

/** Load after the window, so that ghz is not about to end when its CPU is looked at. */
const TAIL_SECONDS = 0.5;
/** Written to ghz at once. */
const PIECE_MESSAGES = 256;

/**
 * Each client calls, waits for the answer, and calls again. What counts: see `CallCount`. Rejects
 * SubjectUnavailable when there is no ghz.
 */
export async function runGhz(call: GhzCall): Promise<LoadResult> {
  const program = await ghzBinary();
  const all = typeof call.address === 'string' ? [call.address] : call.address;
  const addresses = all.slice(0, call.clients);
  const runs = addresses.map((address, index) => {
    const args = [...argumentsOf(call, addresses.length, index), ...dataArguments(call)];
    return start(program, [...args, address], shareOf(call.data, addresses.length, index));
  });
  const usage = watchUsage(() => runs.flatMap(({ pid }) => pid ?? []));
  try {
    const reports = await Promise.all(runs.map(({ report }) => report));
    const { warmUpSeconds = 1, seconds, eventsPerCall } = call;
    const result = resultOf(reports, { warmUpSeconds, seconds, eventsPerCall });
    const { cpuSeconds } = usage.within(result.window);
    return { ...result, ...(cpuSeconds === undefined ? {} : { loadCpuSeconds: cpuSeconds }) };
  } finally {
    usage.stop();
  }
}

function argumentsOf(call: GhzCall, parts: number, index: number): string[] {
  const { clients, seconds, warmUpSeconds = 1, protoFiles = [], importPaths = [] } = call;
  const share = Math.ceil((clients - index) / parts);
  const connections = call.connections ?? Math.min(4, Math.ceil(clients / 8));
  const ofOne = Math.min(share, Math.max(1, Math.round(connections / parts)));
  // what is under way at the end is waited for, so that nothing is cancelled and called an error
  const duration = `${String(warmUpSeconds + seconds + TAIL_SECONDS)}s`;
  return [
    ...['--insecure', '--format', 'json', '--call', call.method],
    ...['--concurrency', String(share), '--connections', String(ofOne)],
    ...['--duration', duration, '--duration-stop', 'wait'],
    ...protoFiles.flatMap((file) => ['--proto', file]),
    ...(call.protoset === undefined ? [] : ['--protoset', call.protoset]),
    ...(importPaths.length === 0 ? [] : ['--import-paths', importPaths.join(',')]),
  ];
}

/** The functions of templates are registered anew for each call, some two hundred of them. */
function dataArguments({ data }: GhzCall): string[] {
  const withoutFunctions = ['--disable-template-functions'];
  if (typeof data !== 'string') return ['--binary', ...withoutFunctions, '--disable-template-data'];
  const callsFunction = /\{\{-?\s*[^.\s-]/u.test(data);
  return [`--data=${data}`, ...(callsFunction ? [] : withoutFunctions)];
}

/** What is to be sent once is not sent by two; where there is too little for all, each sends it. */
function shareOf(data: GhzCall['data'], parts: number, index: number): readonly Uint8Array[] {
  if (typeof data === 'string') return [];
  if (data.length < parts) return data;
  return data.filter((_, number) => number % parts === index);
}

/** ghz reads several messages when the length stands before each. In pieces: there are many. */
function* prefixed(messages: readonly Uint8Array[]): Generator<Buffer, void> {
  for (let from = 0; from < messages.length; from += PIECE_MESSAGES) {
    const piece = messages.slice(from, from + PIECE_MESSAGES);
    yield Buffer.concat(piece.flatMap((message) => [varint(message.length), message]));
  }
}

interface GhzRun {
  readonly pid: number | undefined;
  /** What it printed, when it has ended. */
  readonly report: Promise<string>;
}

/** Input comes by a pipe: a file would be written to the disk that the subject flushes to. */
function start(program: string, args: readonly string[], messages: readonly Uint8Array[]): GhzRun {
  // It shares the machine with what it measures: more threads would take CPU from that, and
  // a garbage collection of all requests that are ready is to be rare.
  const threads = String(Math.max(1, Math.floor(availableParallelism() / 2)));
  const env = { GOMAXPROCS: threads, GOGC: '400', ...process.env };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  killWithProcess(child);
  let output = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const report = new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`ghz ended with ${String(code)}: ${said.trim()}`));
    });
  });
  // when it does not read, it has ended, and says why
  child.stdin.on('error', () => undefined);
  Readable.from(prefixed(messages)).pipe(child.stdin);
  return { pid: child.pid, report };
}
