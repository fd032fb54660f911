// Asks a gRPC server of ours whether it serves (grpc.health.v1.Health/Check), for a container's
// health check: exit code 0 when it does, else 1 with a line that says why. Nothing but Node.
//
//   node tools/ask-health.mjs       on 127.0.0.1 and the port of PORT, else 8080
import { connect } from 'node:http2';

const TIMEOUT_MS = 3_000;
/** A frame with an empty HealthCheckRequest: all services. */
const ASK = Buffer.alloc(5);
/** A frame with a HealthCheckResponse of status SERVING. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 8, 1]);
const HEADERS = {
  ':method': 'POST',
  ':path': '/grpc.health.v1.Health/Check',
  'content-type': 'application/grpc',
  te: 'trailers',
};

function end(problem) {
  if (problem !== undefined) console.error(problem);
  process.exit(problem === undefined ? 0 : 1);
}

const session = connect(`http://127.0.0.1:${process.env.PORT || 8080}`);
session.on('error', (error) => end(`no connection: ${error.message}`));
const call = session.request(HEADERS);
const chunks = [];
call.on('data', (chunk) => chunks.push(chunk));
call.on('error', (error) => end(`no answer: ${error.message}`));
call.on('end', () => end(Buffer.concat(chunks).equals(SERVING) ? undefined : 'not serving'));
call.end(ASK);
setTimeout(() => end(`no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
