import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestContext } from 'node:test';
import { credentials, loadPackageDefinition, type Client } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Program } from '../e2e/program.js';
import type { CommandLine } from './command-line.js';

/** From dist/test/docs. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ADDRESS_IN_README = '127.0.0.1:8080';
const CALL_TIMEOUT_MS = 20_000;
const COMMAND_TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** The scripts of package.json: name to command. */
export function npmScripts(): ReadonlyMap<string, string> {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    scripts: Record<string, string>;
  };
  return new Map(Object.entries(scripts));
}

/** The script that `npm start`, `npm test` or `npm run x` names; undefined for other commands. */
export function scriptOf({ words }: CommandLine): string | undefined {
  if (words[0] !== 'npm') return undefined;
  return words[1] === 'run' ? words[2] : words[1];
}

/** What differs from run to run: times, ids other than the one of the examples. */
export function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3,6}(\+0000|Z)/g, '<time>')
    .replace(/\b1[5-9]\d{11}\b/g, '<ms>')
    .replace(/\b\d+ ms after/g, '<ms> after')
    .replace(/\b(?!fade87a1)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
    .replace(/[ \t]+$/gm, '');
}

interface Method {
  readonly path: string;
  readonly requestSerialize: (request: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
}

/** Does what the grpcurl line does, and answers what grpcurl would print. */
function callLikeGrpcurl(words: readonly string[], address: string): Promise<string> {
  const [, plain, flag, json = '', target, name = ''] = words;
  assert.deepEqual([plain, flag, target], ['-plaintext', '-d', ADDRESS_IN_README]);
  const options = { includeDirs: [`${ROOT}proto`], longs: String };
  const definitions = loadSync('storegrpc/grpc-store.proto', options);
  const [service = '', method = ''] = name.split('/');
  const found = (definitions[service] as Record<string, Method> | undefined)?.[method];
  assert.ok(found !== undefined, `${name} is not in the proto`);
  const GenericClient = loadPackageDefinition(definitions)['storegrpc'] as Record<
    string,
    new (
      address: string,
      credentials: unknown,
    ) => Client
  >;
  const Service = GenericClient[service.split('.')[1] ?? ''];
  assert.ok(Service !== undefined);
  const client = new Service(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = found;
  const deadline = Date.now() + CALL_TIMEOUT_MS;
  const request = JSON.parse(json) as object;
  return new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest(
      ...[path, requestSerialize, responseDeserialize, request, { deadline }],
      (error: Error | null, response?: object) => {
        client.close();
        if (error === null) resolve(`${JSON.stringify(response, null, 2)}\n`);
        else reject(error);
      },
    );
  });
}

const GATEWAY_IN_README = 'http://127.0.0.1:8081';
const RECEIVER_IN_README = 'http://127.0.0.1:9000';

/** Does what the curl line does, a POST if it has `-d`; answers the body. */
async function callLikeCurl(
  words: readonly string[],
  ports: { readonly gateway: string; readonly receiver: string },
): Promise<string> {
  const [, flag, data = ''] = words;
  const url = words.at(-1) ?? '';
  assert.ok(url.startsWith(GATEWAY_IN_README), url);
  const here = url.replace(GATEWAY_IN_README, `http://127.0.0.1:${ports.gateway}`);
  const body = data
    .replace('$(($(date +%s) + 5))', () => String(Math.floor(Date.now() / 1_000) + 5))
    .replace(RECEIVER_IN_README, `http://127.0.0.1:${ports.receiver}`);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(here, flag === '-d' ? { method: 'POST', headers, body } : {});
  assert.equal(answer.status, 200, await answer.clone().text());
  return `${await answer.text()}\n`;
}

/** What a run of README commands has around it. */
export interface Surroundings {
  /** For every program, over what the command sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Replaced in the arguments: text to text. */
  readonly replace: ReadonlyMap<string, string>;
}

/** Programs that run until they are stopped, and what they say when they are up. */
const SERVES: ReadonlyMap<string, RegExp> = new Map([
  ['grpc-store', /gRPC on 127\.0\.0\.1:(\d+)/],
  ['polling-client', /^Polling /m],
  ['receiver', /on http:\/\/127\.0\.0\.1:(\d+)/],
]);

/** A program of `cmd/`, compiled or bundled. */
const PROGRAM_FILE = /^dist\/(?:cmd|bundle)\/([^/.]+)(?:\/main)?\.js$/;

/** Runs commands of the README with the compiled programs, as the npm scripts do. */
export class ReadmeRunner {
  readonly running = new Map<string, Program>();
  readonly #context: TestContext;
  readonly #around: Surroundings;
  readonly #scripts = npmScripts();
  #storePort = '';
  #gatewayPort = '';
  #receiverPort = '';

  constructor(context: TestContext, around: Surroundings) {
    this.#context = context;
    this.#around = around;
  }

  /** Runs one command to its end, or until it serves; answers its output. It must not fail. */
  async run(command: CommandLine): Promise<string> {
    const { words } = command;
    if (words[0] === 'grpcurl') return callLikeGrpcurl(words, `127.0.0.1:${this.#storePort}`);
    if (words[0] === 'curl') {
      return callLikeCurl(words, { gateway: this.#gatewayPort, receiver: this.#receiverPort });
    }
    const script = scriptOf(command) ?? '';
    const line = (this.#scripts.get(script) ?? '').split(' ');
    const [node, flag] = line;
    const file = line.at(-1) ?? '';
    assert.deepEqual([node, flag], ['node', '--enable-source-maps'], words.join(' '));
    const env = { ...command.env, ...this.#around.env, STORE_PORT: this.#storePort };
    const program = PROGRAM_FILE.exec(file)?.[1];
    if (program !== undefined && program !== 'cassadra') {
      return this.#runProgram(program, env, line.slice(1));
    }
    const args = words.slice(words.indexOf('--') + 1).map((arg) => this.#replaced(arg));
    const server = { CASSADRA_SERVER: `127.0.0.1:${this.#storePort}` };
    const { stdout } = await run(process.execPath, [`${ROOT}${file}`, ...args], {
      env: { ...process.env, ...env, ...server },
      timeout: COMMAND_TIMEOUT_MS,
    });
    return stdout;
  }

  async #runProgram(
    name: string,
    env: Readonly<Record<string, string>>,
    args: readonly string[],
  ): Promise<string> {
    const program = new Program(this.#context, name, env, { args, cwd: ROOT });
    const serves = SERVES.get(name);
    if (serves === undefined) {
      const { code } = await program.exit();
      assert.equal(code, 0, `${name}:\n${program.output}`);
      return program.output;
    }
    this.running.set(name, program);
    const [, port] = await program.waitFor(serves);
    if (name === 'grpc-store') {
      await program.waitFor(/"msg":"the storage is open"/);
      this.#storePort = port ?? '';
      this.#gatewayPort = (await program.waitFor(/HTTP on http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
    }
    if (name === 'receiver') this.#receiverPort = port ?? '';
    return program.output;
  }

  #replaced(text: string): string {
    const here = text.replace(RECEIVER_IN_README, `http://127.0.0.1:${this.#receiverPort}`);
    return [...this.#around.replace].reduce((all, [from, to]) => all.replaceAll(from, to), here);
  }
}
