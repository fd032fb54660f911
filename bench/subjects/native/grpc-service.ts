import { credentials, Client, type ClientReadableStream } from '@grpc/grpc-js';
import { loadSync, type AnyDefinition, type ServiceDefinition } from '@grpc/proto-loader';

interface Method<Response> {
  readonly path: string;
  readonly requestSerialize: (request: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

const MESSAGE_MAX_BYTES = 256 * 1024 * 1024;

/** Calls of a service whose proto file is read at run time. Field names are as in that file. */
export class GrpcService {
  readonly #client: Client;
  readonly #methods: ServiceDefinition;

  constructor(address: string, protoFile: string, service: string) {
    const loaded = loadSync(protoFile, { keepCase: true, longs: Number, defaults: true });
    this.#methods = serviceOf(loaded[service], service);
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MESSAGE_MAX_BYTES,
      'grpc.max_send_message_length': MESSAGE_MAX_BYTES,
    });
  }

  call<Response>(name: string, request: object): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = this.#method<Response>(name);
    const parts = [path, requestSerialize, responseDeserialize, request] as const;
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(...parts, (error, response) => {
        if (error !== null) reject(error);
        else if (response === undefined) reject(new Error(`${name} answered nothing`));
        else resolve(response);
      });
    });
  }

  /** Responses in the order in which they come. */
  stream<Response>(name: string, request: object): ClientReadableStream<Response> {
    const { path, requestSerialize, responseDeserialize } = this.#method<Response>(name);
    const parts = [path, requestSerialize, responseDeserialize, request] as const;
    return this.#client.makeServerStreamRequest(...parts);
  }

  close(): void {
    this.#client.close();
  }

  #method<Response>(name: string): Method<Response> {
    const method = this.#methods[name];
    if (method === undefined) throw new Error(`there is no method ${name}`);
    const { path, requestSerialize, responseDeserialize } = method;
    const deserialize = (bytes: Buffer): Response => responseDeserialize(bytes) as Response;
    return { path, requestSerialize, responseDeserialize: deserialize };
  }
}

function serviceOf(definition: AnyDefinition | undefined, name: string): ServiceDefinition {
  if (definition === undefined || 'format' in definition) throw new Error(`no service ${name}`);
  return definition;
}
