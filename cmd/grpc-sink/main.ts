import {
  createLogger,
  Lifecycle,
  openTls,
  parseSettings,
  runProgram,
  sinkSettings,
  stopOnSignals,
  systemComponents,
} from '../../src/runtime/index.js';
import { GrpcServer, sinkService } from '../../src/transport/grpc/index.js';
import { accessPart } from '../shared/access.js';
import { callGateOf } from '../shared/call-gate.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';

await runProgram(async () => {
  const settings = parseSettings(sinkSettings, process.env);
  const components = systemComponents(createLogger('grpc-sink', settings.LOG_LEVEL));
  const lifecycle = new Lifecycle(components.logger);
  const tls = await openTls(settings, components);
  const access = accessPart(settings, components);
  const server = new GrpcServer({
    services: [sinkService()],
    settings: grpcSettingsOf(settings),
    components,
    gate: callGateOf(settings, components, access),
    tls,
    ready: () => true,
    drain: () => Promise.resolve(),
  });
  stopOnSignals(lifecycle, components.logger);
  const guards = [tls, access].filter((part) => part !== undefined);
  await lifecycle.start([...guards, server]);
  process.stdout.write(`Cassadra sink: gRPC on ${settings.HOST}:${server.port}\n`);
});
