// Asks a server of ours on this machine whether it serves, for a container's health check: exit
// code 0 when it does, else 1 with a line that says why. Nothing but Node.
//
//   node tools/ask-health.mjs         gRPC (grpc.health.v1.Health/Check) on PORT, else 8080
//   node tools/ask-health.mjs http    HTTP (/health/readiness) on HTTP_PORT, else 8081
//
// With HEALTH_PORT it asks that port, over HTTP. Else, with TLS_CERT_FILE, it speaks TLS, as the
// server then does; it has no certificate of its own for a server that wants to see one.
import { connect } from 'node:http2';
import { get as getPlain } from 'node:http';
import { get as getOverTls } from 'node:https';

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

const { PORT, HTTP_PORT, HEALTH_PORT, TLS_CERT_FILE } = process.env;
/** It asks its own machine: the name on the certificate is another. */
const OVER_TLS = { rejectUnauthorized: false };

function end(problem) {
  if (problem !== undefined) console.error(problem);
  process.exit(problem === undefined ? 0 : 1);
}

function askOverGrpc() {
  const scheme = TLS_CERT_FILE ? 'https' : 'http';
  const session = connect(`${scheme}://127.0.0.1:${PORT || 8080}`, OVER_TLS);
  session.on('error', (error) => end(`no connection: ${error.message}`));
  const call = session.request(HEADERS);
  const chunks = [];
  call.on('data', (chunk) => chunks.push(chunk));
  call.on('error', (error) => end(`no answer: ${error.message}`));
  call.on('end', () => end(Buffer.concat(chunks).equals(SERVING) ? undefined : 'not serving'));
  call.end(ASK);
}

function askOverHttp() {
  const where = {
    host: '127.0.0.1',
    port: HEALTH_PORT || HTTP_PORT || 8081,
    path: '/health/readiness',
  };
  const answered = (response) => {
    end(response.statusCode === 200 ? undefined : 'not serving');
  };
  const request =
    TLS_CERT_FILE && !HEALTH_PORT
      ? getOverTls({ ...where, ...OVER_TLS }, answered)
      : getPlain(where, answered);
  request.on('error', (error) => end(`no connection: ${error.message}`));
}

setTimeout(() => end(`no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
if (process.argv[2] === 'http' || HEALTH_PORT) askOverHttp();
else askOverGrpc();
