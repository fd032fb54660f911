import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateAuthority {
  readonly certificate: string;
  /** For a server at 127.0.0.1 and for a client of that name. */
  issue(name: string): IssuedCertificate;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of our own; its files are deleted after `use`. */
export function withAuthority<Result>(use: (authority: CertificateAuthority) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'cassadra-ca-'));
  const make = (name: string, ...options: readonly string[]): IssuedCertificate => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...KEY, ...files, ...options], { stdio: 'pipe' });
    return { certificate: readFileSync(cert, 'utf8'), privateKey: readFileSync(key, 'utf8') };
  };
  try {
    const { certificate } = make('ca');
    const signer = ['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca.key')];
    const place = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
    return use({ certificate, issue: (name) => make(name, ...signer, ...place, ...leaf) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
