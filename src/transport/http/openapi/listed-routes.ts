import type { JsonObject } from '@bufbuild/protobuf';
import type { ListedRoute } from './listed-operation.js';

const TEXT: JsonObject = { type: 'string' };
const INTEGER: JsonObject = { type: 'integer' };
const OK: JsonObject = { type: 'string', const: 'OK' };

const STORED_EVENTS: JsonObject = {
  type: 'object',
  properties: {
    events: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: TEXT, payload: TEXT, type: INTEGER, time: INTEGER },
      },
    },
    latest: { type: 'integer', description: 'The time of the last event, ms since 1970.' },
  },
};

const NEW_EVENTS: JsonObject = {
  type: 'array',
  items: { type: 'object', properties: { type: INTEGER, payload: TEXT } },
};

/** Both spellings of Cassata; one of each pair is required but for the method and the headers. */
const CASSATA_ADD: JsonObject = {
  type: 'object',
  properties: {
    'event-id': TEXT,
    eventId: TEXT,
    'application-id': TEXT,
    application: TEXT,
    event: { description: 'Any JSON, sent as it is; a string is sent without quotes.' },
    eventJson: { description: 'As event.' },
    expiry: { type: 'integer', description: 'Due time: seconds below 1e11, ms from 1e12 on.' },
    url: TEXT,
    destinationUrl: TEXT,
    method: { type: 'string', enum: ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] },
    httpMethod: { type: 'string', enum: ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] },
    'request-headers': { type: 'array', items: TEXT, description: 'Each as Name: value.' },
    headers: { type: 'array', items: TEXT, description: 'Each as Name: value.' },
  },
};

const CASSATA_EVENT: JsonObject = {
  type: 'object',
  properties: {
    eventId: TEXT,
    application: TEXT,
    eventJson: {},
    httpMethod: TEXT,
    headers: {},
    destinationUrl: TEXT,
    eventStatus: TEXT,
    expiry: { type: 'integer', description: 'Due time, ms since 1970.' },
    lastUpdated: {},
    eventLogs: { type: 'array', items: { type: 'object' } },
  },
};

const DELETED: JsonObject = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok', 'failed'] }, message: TEXT },
  required: ['status'],
};

const UNKNOWN = { 404: 'There is none of that name; the body is empty.' };
const CASSATA = { tag: 'Cassata', textErrors: true };
const DELETE_SUMMARY = 'Deletes a timed event that is PENDING; always 200.';

const cassata: readonly ListedRoute[] = [
  {
    ...{ method: 'POST', path: '/cassata/add', ...CASSATA, body: CASSATA_ADD },
    summary: 'Schedules a timed event. Errors are plain texts.',
    failures: {
      400: { description: 'A field is wrong.', example: 'event-id or eventId is missing' },
      409: {
        description: 'The application has one of this id.',
        example: 'duplicate entry for appId and eventId combination',
      },
    },
  },
  {
    ...{ method: 'GET', path: '/cassata/status/{app}/{event}', ...CASSATA, failures: UNKNOWN },
    summary: 'The status of a timed event.',
    answer: { type: 'string', enum: ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] },
  },
  {
    ...{ method: 'GET', path: '/cassata/event/{app}/{event}', ...CASSATA, failures: UNKNOWN },
    summary: 'A timed event with the log of its attempts.',
    answer: CASSATA_EVENT,
  },
  {
    ...{ method: 'GET', path: '/cassata/delete/{app}/{event}', ...CASSATA, answer: DELETED },
    summary: DELETE_SUMMARY,
  },
  {
    ...{ method: 'DELETE', path: '/cassata/delete/{app}/{event}', ...CASSATA, answer: DELETED },
    summary: DELETE_SUMMARY,
  },
];

const store: readonly ListedRoute[] = [
  {
    ...{ method: 'GET', path: '/api/v1/events/{id}', tag: 'Store', answer: STORED_EVENTS },
    summary: 'All events of a stream, in the order of their versions.',
  },
  {
    ...{ method: 'POST', path: '/api/v1/events/{id}/{version}', tag: 'Store', body: NEW_EVENTS },
    summary: 'Appends to a stream that is at the version; 0 for a new one.',
    headers: { 'cassadra-append-id': 'A UUID that makes it safe to send the same again.' },
    failures: { 409: 'The stream is not at that version.' },
  },
  {
    ...{ method: 'GET', path: '/api/v1/types/{type}', tag: 'Store', answer: STORED_EVENTS },
    summary: 'One page of the events of a type, in the order of their times.',
    query: {
      since: 'Only later events, ms since 1970; 0 when not given.',
      size: 'How many, 100 when not given; a page may run over to end at a whole millisecond.',
    },
  },
];

const own: readonly ListedRoute[] = [
  { method: 'GET', path: '/', tag: 'Server', summary: 'Whether the server runs.', answer: OK },
  {
    ...{ method: 'GET', path: '/health/liveness', tag: 'Server', answer: OK },
    summary: 'Whether the server runs.',
  },
  {
    ...{ method: 'GET', path: '/health/readiness', tag: 'Server', answer: OK },
    summary: 'Whether calls can be served.',
    failures: { 503: 'Not now.' },
  },
  {
    ...{ method: 'GET', path: '/openapi.json', tag: 'Server', answer: { type: 'object' } },
    summary: 'This document.',
  },
];

/** What has no descriptor. */
export const LISTED_ROUTES = [...cassata, ...store, ...own];
