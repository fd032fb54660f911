import type { SecureContextOptions } from 'node:tls';
import type { Components } from '../components.js';
import type { Part } from '../lifecycle.js';
import { SettingsError } from '../settings.js';
import type { TlsVariables } from '../settings-tls.js';
import { datesOf, ExpiryWatch } from './expiry-watch.js';
import { serverIdentityOf, type ServerIdentity, type TlsTexts } from './server-identity.js';
import type { TlsSource } from './tls-source.js';
import { readTlsTexts, sameTexts, tlsFileError, type TlsPaths } from './tls-texts.js';

/** By content, not by events: those of the file system miss the links that Kubernetes swaps. */
const LOOK_INTERVAL_MS = 5_000;

/** Which files, and how connections are made with them. */
export interface TlsSettings {
  readonly paths: TlsPaths;
  readonly minVersion: '1.2' | '1.3';
  readonly handshakeTimeoutMs: number;
}

interface Read {
  readonly texts: TlsTexts;
  readonly identity: ServerIdentity;
}

/**
 * Certificate, key and authorities in files, which are read again when they change. Files that do
 * not fit together, as in the midst of a renewal, are left alone until they do.
 */
export class TlsFiles implements Part, TlsSource {
  readonly name = 'TLS files';
  readonly clientCertificates: boolean;
  readonly handshakeTimeoutMs: number;
  readonly #settings: TlsSettings;
  readonly #components: Components;
  readonly #listeners = new Set<(renewed: SecureContextOptions) => void>();
  readonly #expiry: { readonly certificate: ExpiryWatch; readonly clientCa: ExpiryWatch };
  readonly #stopping = new AbortController();
  #read: Read;
  /** Why the files were left alone the last time. */
  #complaint: string | undefined;
  #watching: Promise<void> | undefined;
  #forgetMetric: (() => void) | undefined;

  private constructor(settings: TlsSettings, read: Read, components: Components) {
    const { paths, handshakeTimeoutMs } = settings;
    const { logger } = components;
    this.clientCertificates = paths.clientCa !== undefined;
    this.handshakeTimeoutMs = handshakeTimeoutMs;
    this.#settings = settings;
    this.#components = components;
    this.#expiry = {
      certificate: new ExpiryWatch(paths.certificate, logger),
      clientCa: new ExpiryWatch(paths.clientCa ?? '', logger),
    };
    this.#read = read;
  }

  /** Reads the files. Throws SettingsError naming the one that cannot be used. */
  static async open(settings: TlsSettings, components: Components): Promise<TlsFiles> {
    return new TlsFiles(settings, await readAll(settings), components);
  }

  current(): SecureContextOptions {
    return this.#read.identity.context;
  }

  onRenewal(listener: (renewed: SecureContextOptions) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const { metrics } = this.#components;
    this.#forgetMetric = metrics.gauge('cassadra_tls_certificate_expiry_timestamp_seconds', () => {
      const { certificate, clientCa } = this.#read.identity;
      const own = { labels: { file: 'certificate' as const }, value: certificate.endMs / 1_000 };
      if (clientCa === undefined) return [own];
      return [own, { labels: { file: 'client_ca' as const }, value: clientCa.endMs / 1_000 }];
    });
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#forgetMetric?.();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#warnOfExpiry();
      await this.#components.timers.sleep(LOOK_INTERVAL_MS, signal);
      if (!signal.aborted) await this.#look();
    }
  }

  #warnOfExpiry(): void {
    const nowMs = this.#components.clock.nowMs();
    const { certificate, clientCa } = this.#read.identity;
    this.#expiry.certificate.look(certificate, nowMs);
    if (clientCa !== undefined) this.#expiry.clientCa.look(clientCa, nowMs);
  }

  async #look(): Promise<void> {
    try {
      const read = await readAll(this.#settings);
      this.#complaint = undefined;
      if (!sameTexts(read.texts, this.#read.texts)) this.#renew(read);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      this.#complain(error.message);
    }
  }

  #renew(read: Read): void {
    this.#read = read;
    const { context, certificate } = read.identity;
    const fields = datesOf(certificate);
    this.#components.logger.info(fields, 'the TLS files have changed: new connections use them');
    for (const listener of this.#listeners) listener(context);
  }

  #complain(reason: string): void {
    if (reason === this.#complaint) return;
    this.#complaint = reason;
    const { logger } = this.#components;
    logger.warn({ reason }, 'the TLS files cannot be used: the earlier ones stay');
  }
}

/** What the variables ask for; undefined: no TLS. Throws SettingsError. */
export async function openTls(
  variables: TlsVariables,
  components: Components,
): Promise<TlsFiles | undefined> {
  const { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: clientCa } = variables;
  if (certificate === undefined || key === undefined) return undefined;
  const { TLS_MIN_VERSION: minVersion, TLS_HANDSHAKE_TIMEOUT_MS: handshakeTimeoutMs } = variables;
  const paths = { certificate, key, clientCa };
  return TlsFiles.open({ paths, minVersion, handshakeTimeoutMs }, components);
}

async function readAll({ paths, minVersion }: TlsSettings): Promise<Read> {
  const texts = await readTlsTexts(paths);
  const found = serverIdentityOf(texts, `TLSv${minVersion}`);
  if (found.kind === 'unusable') throw tlsFileError(found.part, paths, found.problem);
  return { texts, identity: found.identity };
}
