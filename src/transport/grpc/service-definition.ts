import type { ServiceDefinition } from '@grpc/grpc-js';

const same = (bytes: Buffer): Buffer => bytes;
const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What grpc-js has to know: unary methods by their paths. Messages stay bytes. */
export function serviceDefinition(paths: readonly string[]): ServiceDefinition {
  const definition = (path: string): ServiceDefinition[string] => ({
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: toBuffer,
    requestDeserialize: same,
    responseSerialize: toBuffer,
    responseDeserialize: same,
  });
  return Object.fromEntries(paths.map((path) => [path, definition(path)]));
}
