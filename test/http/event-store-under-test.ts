import type { JsonObject } from '@bufbuild/protobuf';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import type { Timers } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';
import {
  HttpServer,
  openapiRoutes,
  openDescriptors,
  transcoderRoutes,
} from '../../src/transport/http/index.js';
import { openGate } from '../support/open-gate.js';
import { serve, testComponents } from '../wire/store-under-test.js';
import { call, type HttpCall } from './http-caller.js';
import { HTTP_SETTINGS } from './http-under-test.js';

export interface EventStoreUnderTest {
  readonly port: number;
  readonly http: HttpServer;
  readonly backend: Backend;
  stop(): Promise<void>;
}

const SERVICES = ['cassadra.v1.EventStoreService'];

/** The event store on the memory backend, over HTTP. `timers`: of the HTTP server. */
export async function serveEventStore(timers?: Timers): Promise<EventStoreUnderTest> {
  const components = testComponents();
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const store = await serve(() => backend, { components });
  const { invoke, invokeStream } = store.server;
  const served = { descriptors: openDescriptors(), services: SERVICES };
  const http = new HttpServer({
    routes: [
      transcoderRoutes({ ...served, invoke, invokeStream }),
      openapiRoutes({ ...served, descriptors: openDescriptors, version: '1.2.3' }),
    ],
    settings: HTTP_SETTINGS,
    components: { ...components, ...(timers && { timers }) },
    gate: openGate(components),
    ready: () => true,
  });
  await http.start();
  const stop = async (): Promise<void> => {
    await http.stop();
    await store.stop();
    await backend.close();
  };
  return { port: http.port, http, backend, stop };
}

export interface JsonAnswer {
  readonly status: number;
  readonly json: JsonObject;
}

/** Calls with JSON; an answer in lines is `lines`. A body that is no text is made one. */
export async function ask(
  port: number,
  path: string,
  body?: JsonObject,
  options: HttpCall = {},
): Promise<JsonAnswer> {
  const sent = { ...options, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const { status, headers, body: text } = await call(port, path, sent);
  if (headers['content-type']?.startsWith('application/x-ndjson') !== true) {
    return { status, json: JSON.parse(text) as JsonObject };
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return { status, json: { lines: lines.map((line) => JSON.parse(line) as JsonObject) } };
}
