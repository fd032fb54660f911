import type { Client } from '@grpc/grpc-js';

/** The fields of ServerReflectionRequest that are texts. */
const FIELDS = { file: 3, symbol: 4, services: 7 } as const;

export interface ReflectionQuestion {
  readonly kind: keyof typeof FIELDS;
  /** `*` for the services. */
  readonly text: string;
}

export const ALL_SERVICES: ReflectionQuestion = { kind: 'services', text: '*' };

const same = (bytes: Buffer): Buffer => bytes;

/** What the reflection service answers first, as bytes: names stand in them as they are. */
export function askReflection(
  client: Client,
  question: ReflectionQuestion,
  version: 'v1' | 'v1alpha' = 'v1',
): Promise<Buffer> {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const stream = client.makeBidiStreamRequest(path, same, same);
  return new Promise((resolve, reject) => {
    stream.on('data', (bytes: Buffer) => {
      resolve(bytes);
      stream.end();
    });
    stream.on('error', reject);
    stream.write(requestOf(question));
  });
}

function requestOf({ kind, text }: ReflectionQuestion): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(FIELDS[kind] * 8 + 2, bytes.length), bytes]);
}
