import { ALL, EVERY_STREAM, namesReach, onStream, type Reach } from '../../access/index.js';
import {
  AppendManyRequest,
  AppendManyResponse,
  AppendRequest,
  AppendResponse,
  DeclareTypeRequest,
  DeclareTypeResponse,
  GetStreamRequest,
  GetStreamResponse,
  ListStreamsRequest,
  ListStreamsResponse,
  ListTypesRequest,
  ListTypesResponse,
  PollTypesRequest,
  PollTypesResponse,
  ReadStreamRequest,
  ReadStreamResponse,
  SubscribeRequest,
  SubscribeResponse,
} from '../../gen/cassadra/v1/event_store.js';
import { prefixReach } from './access-rules.js';
import { MAP_ENTRY } from './strict-message.js';

export const EVENT_STORE_NAME = 'cassadra.v1.EventStoreService';

/** Of an AppendRequest: the events with their metadata. */
const APPEND_NESTED = { 4: { 7: MAP_ENTRY } } as const;

/** How the event store's messages are read and written, and who may send them. */
export const EVENT_STORE_CODECS = {
  append: {
    request: AppendRequest,
    nested: APPEND_NESTED,
    response: AppendResponse,
    access: { roles: ['append'], ...onStream },
  },
  appendMany: {
    request: AppendManyRequest,
    nested: { 1: { 2: APPEND_NESTED } },
    response: AppendManyResponse,
    // each append by the rule of `append`, so that one that is refused ends no others
    access: { roles: ['append'] },
  },
  readStream: {
    request: ReadStreamRequest,
    nested: {},
    response: ReadStreamResponse,
    access: { roles: ['read'], ...onStream },
  },
  getStream: {
    request: GetStreamRequest,
    nested: {},
    response: GetStreamResponse,
    access: { roles: ['read'], ...onStream },
  },
  pollTypes: {
    request: PollTypesRequest,
    nested: {},
    response: PollTypesResponse,
    access: { roles: ['read'], ...EVERY_STREAM },
  },
  subscribe: {
    request: SubscribeRequest,
    nested: { 7: { 4: MAP_ENTRY } },
    response: SubscribeResponse,
    access: { roles: ['read'], streams: reachOfSubscription },
  },
  listStreams: {
    request: ListStreamsRequest,
    nested: {},
    response: ListStreamsResponse,
    access: { roles: ['read'], streams: reachOfList },
  },
  listTypes: {
    request: ListTypesRequest,
    nested: {},
    response: ListTypesResponse,
    // types have no owners
    access: { roles: ['read'] },
  },
  declareType: {
    request: DeclareTypeRequest,
    nested: {},
    response: DeclareTypeResponse,
    access: { roles: ['append'] },
  },
} as const;

/** A feed is cut to a prefix by its filter only. */
function reachOfSubscription({ stream, types, typeCodes, all, filter }: SubscribeRequest): Reach {
  const feed = all || types.length > 0 || typeCodes.length > 0;
  return feed ? prefixReach(filter?.streamPrefix ?? '') : namesReach(stream);
}

/** Only streams with names are listed by prefix. */
function reachOfList({ prefix, includeUnnamed }: ListStreamsRequest): Reach {
  return includeUnnamed ? ALL : { kind: 'prefix', prefix };
}
