import {
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMethod,
  type JsonValue,
} from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { FakeTime, silentLogger, systemComponents, type Logger } from '../../src/runtime/index.js';
import {
  GrpcServer,
  recurringScheduleService,
  schedulerService,
  tenantService,
} from '../../src/transport/grpc/index.js';
import {
  HttpServer,
  openapiRoutes,
  openDescriptors,
  transcoderRoutes,
  type HttpRoutes,
} from '../../src/transport/http/index.js';
import { openGate } from '../support/open-gate.js';
import { countedStorage, type CountedStorage } from './counted-storage.js';
import { GRPC_SETTINGS } from './store-under-test.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';
import { useCasesOn, type UseCases } from './scheduler-use-cases.js';

export const SERVICES = [
  'cassadra.v1.SchedulerService',
  'cassadra.v1.RecurringScheduleService',
  'cassadra.v1.TenantService',
];
export const NOW_MS = 1_700_000_000_000;
export const DESCRIPTORS = openDescriptors();

/** The use cases on the memory backend behind both wires, at a time that stands still. */
export interface SchedulerUnderTest extends UseCases {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly http: HttpServer;
  readonly storage: CountedStorage;
  readonly timedEvents: CountedStorage['timedEvents'];
  /** Calls a method over gRPC with bytes. */
  raw(method: string, request: Uint8Array): Promise<RawResult>;
  /** The same with JSON, which is made binary here. */
  grpc(method: string, request: JsonValue): Promise<JsonValue>;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Served over HTTP, too. */
  readonly more?: (useCases: UseCases) => readonly HttpRoutes[];
  /** Instead of those on the backend. */
  readonly instead?: Partial<UseCases>;
  readonly logger?: Logger;
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

export async function serveScheduler({
  more = () => [],
  instead = {},
  logger = silentLogger,
}: ServeOptions = {}): Promise<SchedulerUnderTest> {
  const system = systemComponents(logger);
  const ids = { ...system.ids, newId: countingIds() };
  const components = { ...system, ids, clock: new FakeTime(NOW_MS) };
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const storage = countedStorage(backend);
  const { timedEvents } = storage;
  const opened = await useCasesOn(storage, components);
  const useCases = { ...opened.useCases, ...instead };
  const { scheduler, sweeps, schedules } = useCases;
  const ready = (): boolean => true;
  const grpc = new GrpcServer({
    services: [
      schedulerService(scheduler, sweeps),
      recurringScheduleService(schedules),
      tenantService(useCases),
    ],
    settings: GRPC_SETTINGS,
    components,
    gate: openGate(components),
    ready,
    drain: async () => undefined,
  });
  const served = { descriptors: DESCRIPTORS, services: SERVICES };
  const http = new HttpServer({
    routes: [
      transcoderRoutes({ ...served, invoke: grpc.invoke, invokeStream: grpc.invokeStream }),
      openapiRoutes({ ...served, descriptors: openDescriptors, version: '1.2.3' }),
      ...more(useCases),
    ],
    settings: HTTP_SETTINGS,
    components,
    gate: openGate(components),
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
    await opened.close();
    await backend.close();
  };
  const calls = { raw, grpc: (method: string, json: JsonValue) => callJson(raw, method, json) };
  const ports = { httpPort: http.port, grpcPort: grpc.port };
  return { ...ports, ...useCases, http, storage, timedEvents, ...calls, stop };
}

/** Of one of the services; no two have methods of one name. */
function methodOf(name: string): DescMethod {
  const methods = SERVICES.flatMap((service) => DESCRIPTORS.getService(service)?.methods ?? []);
  const method = methods.find((one) => one.name === name);
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
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
    const path = `/${methodOf(method).parent.typeName}/${method}`;
    client.makeUnaryRequest(path, same, same, bytes, done);
  });
}

async function callJson(
  raw: SchedulerUnderTest['raw'],
  name: string,
  json: JsonValue,
): Promise<JsonValue> {
  const method = methodOf(name);
  const request = toBinary(method.input, fromJson(method.input, json));
  const { code, message, response } = await raw(name, request);
  if (code !== 0) return { code, message };
  return toJson(method.output, fromBinary(method.output, response), { alwaysEmitImplicit: true });
}
