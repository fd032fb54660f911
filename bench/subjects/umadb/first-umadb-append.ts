import { readyRequest } from '../native/ready-requests.js';
import type { FirstCall } from '../native/first-call.js';
import { requestToNew } from './umadb-requests.js';

const REQUEST = requestToNew(1);

/** An append of one event to a new stream. */
export const firstUmadbAppend: FirstCall = {
  path: '/umadb.v1.DCB/Append',
  request: () => readyRequest(REQUEST),
};
