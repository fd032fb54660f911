import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type GrpcObject,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { loadInput } from '../../load/load-input.js';
import type { EmptyServerInput } from './input.js';

/** Answers each append with a fixed answer: what gRPC and the codec alone cost. */

interface AppendResponse {
  readonly firstVersion: number;
  readonly lastVersion: number;
  readonly savetimeMs: number;
}

interface Numbered {
  readonly number: string;
}

interface AppendManyResponse {
  readonly results: readonly (Numbered & { readonly appended: AppendResponse })[];
}

const APPENDED: AppendResponse = { firstVersion: 1, lastVersion: 1, savetimeMs: 1795330264814 };

function append(
  _call: ServerUnaryCall<object, AppendResponse>,
  answer: sendUnaryData<AppendResponse>,
): void {
  answer(null, APPENDED);
}

function appendMany(
  call: ServerDuplexStream<{ readonly appends: readonly Numbered[] }, AppendManyResponse>,
): void {
  call.on('data', ({ appends }: { readonly appends: readonly Numbered[] }) => {
    call.write({ results: appends.map(({ number }) => ({ number, appended: APPENDED })) });
  });
  call.on('end', () => call.end());
  call.on('error', () => call.end());
}

function serviceAt(root: GrpcObject, path: readonly string[]): ServiceDefinition {
  let at: GrpcObject[string] | undefined = root;
  for (const name of path) {
    at = at === undefined || typeof at === 'function' || 'format' in at ? undefined : at[name];
  }
  if (typeof at !== 'function') throw new Error(`there is no service ${path.join('.')}`);
  return at.service;
}

const { protoFile, includeDirs } = loadInput<EmptyServerInput>();
const definition = await load(protoFile, { includeDirs: [...includeDirs], longs: String });
const service = serviceAt(loadPackageDefinition(definition), [
  'cassadra',
  'v1',
  'EventStoreService',
]);
const server = new Server();
server.addService(service, { append, appendMany });
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${String(port)}\n`);
});
// whoever started it holds the other end: without one it is not needed any more
process.stdin.on('end', () => process.exit()).resume();
