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
import { MAP_ENTRY } from './strict-message.js';

export const EVENT_STORE_NAME = 'cassadra.v1.EventStoreService';

/** Of an AppendRequest: the events with their metadata. */
const APPEND_NESTED = { 4: { 7: MAP_ENTRY } } as const;

/** How the event store's messages are read and written. */
export const EVENT_STORE_CODECS = {
  append: { request: AppendRequest, nested: APPEND_NESTED, response: AppendResponse },
  appendMany: {
    request: AppendManyRequest,
    nested: { 1: { 2: APPEND_NESTED } },
    response: AppendManyResponse,
  },
  readStream: { request: ReadStreamRequest, nested: {}, response: ReadStreamResponse },
  getStream: { request: GetStreamRequest, nested: {}, response: GetStreamResponse },
  pollTypes: { request: PollTypesRequest, nested: {}, response: PollTypesResponse },
  subscribe: {
    request: SubscribeRequest,
    nested: { 7: { 4: MAP_ENTRY } },
    response: SubscribeResponse,
  },
  listStreams: { request: ListStreamsRequest, nested: {}, response: ListStreamsResponse },
  listTypes: { request: ListTypesRequest, nested: {}, response: ListTypesResponse },
  declareType: { request: DeclareTypeRequest, nested: {}, response: DeclareTypeResponse },
} as const;
