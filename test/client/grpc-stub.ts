import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  EventStoreServiceService,
  type EventStoreServiceServer,
} from '../../src/gen/cassadra/v1/event_store.js';

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate that signs itself. */
export function certificateFor(name: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'cassadra-tls-'));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const files = ['-keyout', keyFile, '-out', certFile, '-days', '2'];
  try {
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'pipe' });
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const missing = (): never => {
  throw new Error('this method is not part of the test');
};

/** A server of grpc-js with some methods of our own, for one test. Its port. */
export async function stubFor(
  t: TestContext,
  methods: Partial<EventStoreServiceServer>,
  { host = '127.0.0.1', credentials = ServerCredentials.createInsecure() } = {},
): Promise<number> {
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  const implementation: UntypedServiceImplementation = {};
  for (const name of Object.keys(EventStoreServiceService)) {
    implementation[name] = methods[name] ?? missing;
  }
  server.addService(EventStoreServiceService, implementation);
  t.after(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:0`, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
