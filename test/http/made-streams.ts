import {
  create,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import { transcoderRoutes, type HttpRoutes } from '../../src/transport/http/index.js';
import { field, madeDescriptors, message } from './made-descriptors.js';

const REPEATED = { label: 'LABEL_REPEATED' };

const MESSAGES: readonly JsonObject[] = [
  {
    name: 'Ask',
    field: [
      field('id', 1),
      field('cursor', 2),
      field('words', 3, { ...message('.t.Ask.WordsEntry'), ...REPEATED }),
      field('wait_ms', 4, { type: 'TYPE_INT32' }),
    ],
    nestedType: [
      {
        name: 'WordsEntry',
        field: [field('key', 1), field('value', 2)],
        options: { mapEntry: true },
      },
    ],
  },
  { name: 'Batch', field: [field('words', 1, REPEATED)] },
  { name: 'CaughtUp' },
  {
    name: 'Told',
    field: [
      field('batch', 1, { ...message('.t.Batch'), oneofIndex: 0 }),
      field('caught_up', 2, { ...message('.t.CaughtUp'), oneofIndex: 0 }),
      field('cursor', 3),
    ],
    oneofDecl: [{ name: 'message' }],
  },
  { name: 'Line', field: [field('text', 1)] },
];

const rpc = (name: string, output: string, http: JsonObject, more: JsonObject): JsonObject => ({
  ...{ name, inputType: '.t.Ask', outputType: `.t.${output}`, ...more },
  options: { '[google.api.http]': http },
});

const FOLLOW = {
  get: '/s/{id}:follow',
  additionalBindings: [{ post: '/s/follow', body: '*' }],
};
const BOTH = { clientStreaming: true, serverStreaming: true };

const METHODS = [
  rpc('Follow', 'Told', FOLLOW, { serverStreaming: true }),
  rpc('Read', 'Line', { get: '/s/{id}/lines' }, { serverStreaming: true }),
  rpc('Many', 'Line', { post: '/s/{id}/lines', body: '*' }, BOTH),
  rpc('Wait', 'Line', { get: '/s/{id}' }, {}),
];

const DESCRIPTORS = madeDescriptors('Streams', MESSAGES, METHODS);

function descOf(name: string): DescMessage {
  const desc = DESCRIPTORS.getMessage(`t.${name}`);
  if (desc === undefined) throw new Error(`no message ${name}`);
  return desc;
}

const ASK = descOf('Ask');
const OUTPUTS: Readonly<Record<string, DescMessage>> = {
  Follow: descOf('Told'),
  Read: descOf('Line'),
  Many: descOf('Line'),
};

export interface MadeCall {
  readonly method: string;
  readonly requests: AsyncIterable<JsonValue>;
  readonly signal: AbortSignal;
}

/** A service of streaming methods, which a test answers by `run`, in JSON. */
export class MadeStreams implements HttpRoutes {
  /** Methods that stream. */
  run: (call: MadeCall) => AsyncIterable<JsonValue>;
  /** The unary method: its answer's text. */
  wait: (signal: AbortSignal) => Promise<string> = async () => '';
  readonly calls: MadeCall[] = [];

  constructor(run: (call: MadeCall) => AsyncIterable<JsonValue>) {
    this.run = run;
  }

  register(...host: Parameters<HttpRoutes['register']>): void {
    const routes = transcoderRoutes({
      descriptors: DESCRIPTORS,
      services: ['t.Streams'],
      invoke: async (_path, _request, { signal }) => {
        const text = await this.wait(signal);
        return toBinary(descOf('Line'), create(descOf('Line'), { text }));
      },
      invokeStream: (path, requests, { signal }) => this.#answer(path, requests, signal),
    });
    routes.register(...host);
  }

  async *#answer(
    path: string,
    requests: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const method = path.slice('/t.Streams/'.length);
    const output = OUTPUTS[method];
    if (output === undefined) throw new Error(`no method ${path}`);
    const call = { method, requests: asJson(requests), signal };
    this.calls.push(call);
    for await (const answer of this.run(call)) yield toBinary(output, fromJson(output, answer));
  }
}

async function* asJson(requests: AsyncIterable<Uint8Array>): AsyncGenerator<JsonValue> {
  for await (const request of requests) yield toJson(ASK, fromBinary(ASK, request));
}

/** Answers that a test gives one by one, until the call ends. */
export class Pushed {
  readonly #ready: (JsonValue | Error)[] = [];
  #wake: () => void = () => undefined;
  #end: () => void = () => undefined;
  /** Nobody asks for more. */
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));

  /** An error ends them. */
  push(answer: JsonValue | Error): void {
    this.#ready.push(answer);
    this.#wake();
  }

  async *answers({ signal }: MadeCall): AsyncGenerator<JsonValue> {
    signal.addEventListener('abort', () => this.#wake());
    try {
      while (!signal.aborted) {
        const next = this.#ready.shift();
        if (next instanceof Error) throw next;
        if (next === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else yield next;
      }
      throw signal.reason;
    } finally {
      this.#end();
    }
  }
}
