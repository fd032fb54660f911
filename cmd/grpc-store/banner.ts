/** What a person who has just started the server wants to know. */
export interface BannerFacts {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly tls: boolean;
  readonly storage: string;
  /** Where the data is, in words. */
  readonly place: string;
  /** The storage is not open yet: calls are answered NOT_READY until it is. */
  readonly waiting: boolean;
}

const SAMPLE_ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';

/** A few lines for standard output, with commands that can be copied. */
export function banner(facts: BannerFacts): string {
  const { host, port, httpPort, tls, storage, place, waiting } = facts;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const bracketed = reachable.includes(':') ? `[${reachable}]` : reachable;
  const address = `${bracketed}:${port}`;
  const gateway = `${tls ? 'https' : 'http'}://${bracketed}:${httpPort}`;
  const curl = tls ? 'curl --cacert ca.crt' : 'curl';
  const grpcurl = tls ? 'grpcurl -cacert ca.crt' : 'grpcurl -plaintext';
  const update = { id: SAMPLE_ID, version: 0, events: [{ type: 1, payload: '{"name":"Ann"}' }] };
  const json = JSON.stringify(update);
  const placed = JSON.stringify({ events: [{ type: 'OrderPlaced', json: '{"total":12}' }] });
  const service = 'storegrpc.EventStoreService';
  const storeHost = reachable === '127.0.0.1' ? '' : `STORE_HOST=${reachable} `;
  const storePort = port === 8080 ? '' : `STORE_PORT=${port} `;
  const served = tls ? `${address} (TLS)` : address;
  const storeTls = tls ? 'STORE_TLS_CA_FILE=ca.crt ' : '';
  return `
Cassadra: gRPC on ${served}, HTTP on ${gateway}, storage ${storage} (${place})

${waiting ? 'Waiting for the storage; once the log says that it is open, try it:' : 'Try it:'}
  ${curl} -d '${placed}' ${gateway}/v1/streams/order-1/events
  ${curl} ${gateway}/v1/streams/order-1/events
  ${grpcurl} ${address} list
  ${grpcurl} -d '${json}' ${address} ${service}/Update
  ${grpcurl} -d '{"id":"${SAMPLE_ID}"}' ${address} ${service}/FindByID
  ${storeHost}${storePort}${storeTls}npm run test-client
  ${curl} ${gateway}/openapi.json

Ctrl-C stops it.

`;
}
