import { fromBinary, toBinary, toJson, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { DEFAULT_TIMED_EVENT_LIMITS } from '../../src/core/index.js';
import { FakeTime, silentLogger, systemComponents } from '../../src/runtime/index.js';
import { createScheduler, type Scheduler } from '../../src/scheduler/index.js';
import type { TimedEvents } from '../../src/storage/index.js';
import { GrpcServer, schedulerService } from '../../src/transport/grpc/index.js';
import {
  HttpServer,
  openapiRoutes,
  openDescriptors,
  transcoderRoutes,
  type HttpRoutes,
} from '../../src/transport/http/index.js';
import { GRPC_SETTINGS } from './store-under-test.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';

export const SERVICE = 'cassadra.v1.SchedulerService';
export const NOW_MS = 1_700_000_000_000;
export const DESCRIPTORS = openDescriptors();

/** The scheduler on the memory backend behind both wires, at a time that stands still. */
export interface SchedulerUnderTest {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly http: HttpServer;
  readonly scheduler: Scheduler;
  readonly timedEvents: TimedEvents;
  /** Calls a method over gRPC with bytes. */
  raw(method: string, request: Uint8Array): Promise<RawResult>;
  /** The same with JSON, which is made binary here. */
  grpc(method: string, request: JsonValue): Promise<JsonValue>;
  stop(): Promise<void>;
}

export interface RawResult {
  readonly code: number;
  readonly message: string;
  readonly response: Buffer;
}

/** Each id is the next number. */
function countingIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
  };
}

export async function serveScheduler(
  more: (scheduler: Scheduler) => readonly HttpRoutes[] = () => [],
): Promise<SchedulerUnderTest> {
  const system = systemComponents(silentLogger);
  const ids = { ...system.ids, newId: countingIds() };
  const components = { ...system, ids, clock: new FakeTime(NOW_MS) };
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const { timedEvents } = backend;
  const scheduler = createScheduler({
    timedEvents: () => timedEvents,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    components,
  });
  const ready = (): boolean => true;
  const grpc = new GrpcServer({
    services: [schedulerService(scheduler)],
    settings: GRPC_SETTINGS,
    components,
    ready,
    drain: async () => undefined,
  });
  const served = { descriptors: DESCRIPTORS, services: [SERVICE] };
  const http = new HttpServer({
    routes: [
      transcoderRoutes({ ...served, invoke: grpc.invoke, invokeStream: grpc.invokeStream }),
      openapiRoutes({ ...served, version: '1.2.3' }),
      ...more(scheduler),
    ],
    settings: HTTP_SETTINGS,
    components,
    ready,
  });
  await grpc.start();
  await http.start();
  const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
  const raw: SchedulerUnderTest['raw'] = (method, request) => callRaw(client, method, request);
  const stop = async (): Promise<void> => {
    client.close();
    await http.stop();
    await grpc.stop();
    await backend.close();
  };
  const calls = { raw, grpc: (method: string, json: JsonValue) => callJson(raw, method, json) };
  const ports = { httpPort: http.port, grpcPort: grpc.port };
  return { ...ports, http, scheduler, timedEvents, ...calls, stop };
}

const same = (bytes: Buffer): Buffer => bytes;

function callRaw(client: Client, method: string, request: Uint8Array): Promise<RawResult> {
  return new Promise((resolve) => {
    const done = (error: ServiceError | null, response?: Buffer): void =>
      resolve({
        code: error?.code ?? 0,
        message: error?.details ?? '',
        response: response ?? Buffer.alloc(0),
      });
    const bytes = Buffer.from(request);
    client.makeUnaryRequest(`/${SERVICE}/${method}`, same, same, bytes, done);
  });
}

async function callJson(
  raw: SchedulerUnderTest['raw'],
  name: string,
  json: JsonValue,
): Promise<JsonValue> {
  const method = DESCRIPTORS.getService(SERVICE)?.methods.find((one) => one.name === name);
  if (method === undefined) throw new Error(`no method ${name}`);
  const request = toBinary(method.input, fromJson(method.input, json));
  const { code, message, response } = await raw(name, request);
  if (code !== 0) return { code, message };
  return toJson(method.output, fromBinary(method.output, response), { alwaysEmitImplicit: true });
}
