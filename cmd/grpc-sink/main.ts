import {
  createLogger,
  Lifecycle,
  parseSettings,
  runProgram,
  sinkSettings,
  stopOnSignals,
  systemComponents,
} from '../../src/runtime/index.js';
import { GrpcServer, sinkService } from '../../src/transport/grpc/index.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';

await runProgram(async () => {
  const settings = parseSettings(sinkSettings, process.env);
  const components = systemComponents(createLogger('grpc-sink', settings.LOG_LEVEL));
  const lifecycle = new Lifecycle(components.logger);
  const server = new GrpcServer({
    services: [sinkService()],
    settings: grpcSettingsOf(settings),
    components,
    ready: () => true,
    drain: () => Promise.resolve(),
  });
  stopOnSignals(lifecycle, components.logger);
  await lifecycle.start([server]);
  process.stdout.write(`Cassadra sink: gRPC on ${settings.HOST}:${server.port}\n`);
});
