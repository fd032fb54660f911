import {
  Client,
  credentials,
  Metadata,
  type CallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import {
  AppendRequest,
  EventStoreServiceService,
  type AppendResponse,
  type NewEvent,
  type ReadStreamResponse,
  type RecordedEvent,
} from '../../src/gen/cassadra/v1/event_store.js';

/** The methods of the API. */
export const API = EventStoreServiceService;

/** How a call failed. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  /** `grpc-status-details-bin` as text: holds the code, the field and the other facts. */
  readonly details: string;
}

/** Calls the event store as a program with a generated client does. */
export class EventStoreCaller {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Throws the ServiceError. */
  send<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: Response): void => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error ?? new Error('no response'));
      };
      const metadata = new Metadata();
      this.#client.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize] as const),
        ...([request, metadata, options, done] as const),
      );
    });
  }

  stream<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): ClientReadableStream<Response> {
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#client.makeServerStreamRequest(
      ...([path, requestSerialize, responseDeserialize] as const),
      ...([request, new Metadata(), options] as const),
    );
  }

  duplex<Request, Response>(
    method: MethodDefinition<Request, Response>,
    options: CallOptions = {},
  ): ClientDuplexStream<Request, Response> {
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#client.makeBidiStreamRequest(
      ...([path, requestSerialize, responseDeserialize] as const),
      ...([new Metadata(), options] as const),
    );
  }

  append(stream: string, ...events: readonly NewEvent[]): Promise<AppendResponse> {
    return this.send(API.append, appendRequest(stream, events));
  }

  /** All of a stream. */
  async read(stream: string): Promise<readonly RecordedEvent[]> {
    const request = { stream, direction: 0, limit: 0 };
    const chunks = await all<ReadStreamResponse>(this.stream(API.readStream, request));
    return chunks.flatMap(({ events }) => events);
  }

  close(): void {
    this.#client.close();
  }
}

export function appendRequest(
  stream: string,
  events: readonly NewEvent[],
  more: Partial<AppendRequest> = {},
): AppendRequest {
  return AppendRequest.fromPartial({ stream, events: [...events], ...more });
}

/** An event with JSON, of the type *happened*. */
export function happened(json = '{}', more: Partial<NewEvent> = {}): NewEvent {
  return {
    eventId: '',
    typeRef: { $case: 'type', value: 'happened' },
    content: { $case: 'json', value: json },
    contentType: '',
    metadata: {},
    ...more,
  };
}

/** Everything that a stream answers. Throws the ServiceError. */
export async function all<Response>(stream: AsyncIterable<Response>): Promise<Response[]> {
  const answers: Response[] = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

/** How `work` failed. Throws when it did not. */
export async function failure(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('it did not fail');
}

export function failureOf(error: unknown): Failure {
  if (!isServiceError(error)) throw error;
  const bytes = error.metadata.get('grpc-status-details-bin')[0];
  const details = bytes instanceof Buffer ? bytes.toString('latin1') : '';
  return { status: error.code, message: error.details, details };
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'metadata' in error;
}
