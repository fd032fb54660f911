import { ApiError, unreachable } from './api-error.js';
import { JsonFields } from './json-fields.js';
import { jsonLines } from './json-lines.js';
import { pathPart } from './path-part.js';

/** What follows `?`. Undefined and empty values are left out. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
type QueryValue = string | number | boolean | undefined;

export interface CallOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that is half open never answers. Streams begin within a heartbeat. */
const HEAD_WAIT_MS = 40_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls the server that this page is from. Throws ApiError, and the signal's reason. */
export class HttpClient {
  readonly #tokenOf: () => string | undefined;
  readonly #onEnd: (error: ApiError | undefined) => void;

  /** `onEnd` is told how each call ended: so the page knows whether the server is there. */
  constructor(tokenOf: () => string | undefined, onEnd: (error: ApiError | undefined) => void) {
    this.#tokenOf = tokenOf;
    this.#onEnd = onEnd;
  }

  async get(path: string, options: CallOptions = {}): Promise<JsonFields> {
    return jsonOf(await this.#call('GET', path, options));
  }

  async send(
    method: Exclude<Method, 'GET'>,
    path: string,
    body: object,
    options: CallOptions = {},
  ): Promise<JsonFields> {
    return jsonOf(await this.#call(method, path, options, body));
  }

  async text(path: string, options: CallOptions = {}): Promise<string> {
    const response = await this.#call('GET', path, options);
    return response.text();
  }

  /** The messages of a streamed answer, as they come. With a body it is asked for by POST. */
  async *stream(
    path: string,
    options: CallOptions = {},
    body?: object,
  ): AsyncGenerator<JsonFields, void> {
    const response = await this.#call(body === undefined ? 'GET' : 'POST', path, options, body);
    if (response.body === null) return;
    try {
      for await (const line of jsonLines(response.body)) {
        const fields = new JsonFields(line);
        if (fields.has('error')) throw errorIn(fields, response.status);
        yield fields;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ApiError) throw error;
      throw this.#ended(unreachable(error));
    }
  }

  async #call(
    method: Method,
    path: string,
    { query = {}, signal }: CallOptions,
    body?: object,
  ): Promise<Response> {
    const token = this.#tokenOf();
    const headers = new Headers({ accept: 'application/x-ndjson, application/json, */*' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    let response: Response;
    // not for what streams after it: that has a watch of its own
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), HEAD_WAIT_MS);
    try {
      response = await fetch(`${path}${queryText(query)}`, {
        ...{ method, headers, cache: 'no-store', redirect: 'error' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#ended(unreachable(error));
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) {
      this.#onEnd(undefined);
      return response;
    }
    throw this.#ended(await refusalOf(response));
  }

  #ended(error: ApiError): ApiError {
    this.#onEnd(error);
    return error;
  }
}

async function jsonOf(response: Response): Promise<JsonFields> {
  const answer: unknown = await response.json();
  return new JsonFields(answer);
}

async function refusalOf(response: Response): Promise<ApiError> {
  const { status } = response;
  try {
    return errorIn(await jsonOf(response), status);
  } catch {
    const message = `the server answered ${String(status)}`;
    return new ApiError(status === 401 ? 'UNAUTHENTICATED' : 'UNAVAILABLE', message, {
      status,
      details: {},
    });
  }
}

function errorIn(fields: JsonFields, status: number): ApiError {
  const { error = '', code = 'INTERNAL', ...details } = fields.entries();
  return new ApiError(code, error, { status, details });
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== '')
      .map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** A path of names that may hold any characters. */
export function pathOf(strings: TemplateStringsArray, ...names: readonly string[]): string {
  return String.raw({ raw: strings }, ...names.map(pathPart));
}
