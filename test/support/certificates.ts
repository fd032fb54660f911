import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface IssueOptions {
  /** What the certificate is for (`IP:127.0.0.1`), as OpenSSL writes it. */
  readonly alternativeNames?: string;
  /** Its time is over. */
  readonly expired?: boolean;
}

export interface CertificateAuthority {
  readonly certificate: string;
  /** For a server at 127.0.0.1 and for a client of that name. */
  issue(name: string, options?: IssueOptions): IssuedCertificate;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** `openssl ca`, which alone can issue what has expired already. */
const CA_CONFIG = `[ca]
default_ca = here
[here]
new_certs_dir = .
database = index.txt
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;
const LONG_AGO = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];

/** An authority of our own, with its files in a folder until `remove`. */
export function createAuthority(): CertificateAuthority & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'cassadra-ca-'));
  let serial = 1;
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });
  };
  const issued = (file: string): IssuedCertificate => {
    const read = (end: string): string => readFileSync(join(folder, `${file}.${end}`), 'utf8');
    return { certificate: read('pem'), privateKey: read('key') };
  };
  const subject = (name: string, file: string): string[] => {
    return [...KEY, '-keyout', `${file}.key`, '-subj', `/CN=${name}`];
  };
  openssl('req', '-x509', ...subject('ca', 'ca'), '-out', 'ca.pem', '-days', '2');
  writeFileSync(join(folder, 'ca.conf'), CA_CONFIG);
  writeFileSync(join(folder, 'index.txt'), '');
  return {
    certificate: issued('ca').certificate,
    issue(name, { alternativeNames = 'IP:127.0.0.1', expired = false } = {}) {
      const file = `${(serial += 1)}`;
      const extensions = [
        `subjectAltName=${alternativeNames}`,
        'basicConstraints=critical,CA:FALSE',
      ];
      openssl('req', '-new', ...subject(name, file), '-out', `${file}.csr`);
      writeFileSync(join(folder, `${file}.ext`), extensions.join('\n'));
      writeFileSync(join(folder, 'serial'), `${1_000 + serial}`);
      const signer = ['-keyfile', 'ca.key', '-cert', 'ca.pem', '-in', `${file}.csr`];
      const target = ['-out', `${file}.pem`, '-extfile', `${file}.ext`, '-notext'];
      const time = expired ? LONG_AGO : ['-days', '2'];
      openssl('ca', '-batch', '-config', 'ca.conf', ...signer, ...target, ...time);
      return issued(file);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An authority of our own; its files are deleted after `use`. */
export function withAuthority<Result>(use: (authority: CertificateAuthority) => Result): Result {
  const authority = createAuthority();
  try {
    return use(authority);
  } finally {
    authority.remove();
  }
}
