import type { ServiceDefinition } from '@grpc/grpc-js';

/** Which sides of a method stream. */
export type MethodKind = 'unary' | 'server' | 'bidi';

const same = (bytes: Buffer): Buffer => bytes;
const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What grpc-js has to know: methods by their paths. Messages stay bytes. */
export function serviceDefinition(methods: ReadonlyMap<string, MethodKind>): ServiceDefinition {
  const definition = (path: string, kind: MethodKind): ServiceDefinition[string] => ({
    path,
    requestStream: kind === 'bidi',
    responseStream: kind !== 'unary',
    requestSerialize: toBuffer,
    requestDeserialize: same,
    responseSerialize: toBuffer,
    responseDeserialize: same,
  });
  return Object.fromEntries([...methods].map(([path, kind]) => [path, definition(path, kind)]));
}
