import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FakeTime,
  silentLogger,
  systemComponents,
  TlsFiles,
  type Components,
} from '../../src/runtime/index.js';
import type { IssuedCertificate } from './certificates.js';

/** Above the time between two looks at the files. */
const LOOK_MS = 5_000;

export interface TlsFolderOptions {
  /** With it clients must show a certificate. */
  readonly clientCa?: string;
  readonly minVersion?: '1.2' | '1.3';
  readonly handshakeTimeoutMs?: number;
  readonly components?: Partial<Components>;
}

/** The TLS files of a server, in a folder; they are looked at when the test says so. */
export class TlsFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'cassadra-tls-'));
  readonly time = new FakeTime(Date.now());
  readonly paths: { certificate: string; key: string; clientCa: string | undefined };
  readonly #options: TlsFolderOptions;

  constructor(identity: IssuedCertificate, options: TlsFolderOptions = {}) {
    const path = (name: string): string => join(this.folder, name);
    const { clientCa } = options;
    this.#options = options;
    this.paths = {
      certificate: path('tls.crt'),
      key: path('tls.key'),
      clientCa: clientCa === undefined ? undefined : path('ca.crt'),
    };
    this.write(identity);
    if (clientCa !== undefined) this.replace('clientCa', clientCa);
  }

  write({ certificate, privateKey }: IssuedCertificate): void {
    this.replace('certificate', certificate);
    this.replace('key', privateKey);
  }

  /** Like a file that is renewed: never half written. */
  replace(part: 'certificate' | 'key' | 'clientCa', text: string): void {
    const path = this.paths[part];
    if (path === undefined) throw new TypeError('there is no such file');
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  open(): Promise<TlsFiles> {
    const { minVersion = '1.2', handshakeTimeoutMs = 10_000, components = {} } = this.#options;
    const settings = { paths: this.paths, minVersion, handshakeTimeoutMs };
    const system = { ...systemComponents(silentLogger), ...components };
    return TlsFiles.open(settings, { ...system, clock: this.time, timers: this.time });
  }

  /** Resolves when what was opened has looked at the files once more. */
  async look(afterMs = LOOK_MS): Promise<void> {
    this.time.advance(afterMs);
    while (!Number.isFinite(this.time.msUntilWake())) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
