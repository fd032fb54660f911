import {
  Lifecycle,
  openTls,
  parseSettings,
  runProgram,
  schedulerSettings,
  stopOnSignals,
  storageOf,
} from '../../src/runtime/index.js';
import { HttpServer } from '../../src/transport/http/index.js';
import { callGateOf } from '../shared/call-gate.js';
import { drainPart, eventStoreOf } from '../shared/event-store.js';
import { healthServers } from '../shared/health-server.js';
import { httpSettingsOf } from '../shared/http-settings.js';
import { showReadiness } from '../shared/metrics.js';
import { observedComponents } from '../shared/observed-components.js';
import { placeOf } from '../shared/place.js';
import { storagePart } from '../shared/storage-part.js';
import { firingParts, schedulingOf } from '../shared/timed-events.js';

await runProgram(async () => {
  const settings = parseSettings(schedulerSettings, process.env);
  const { components, counted, traces } = await observedComponents('scheduler', settings);
  const { logger } = components;
  const tls = await openTls(settings, components);
  const lifecycle = new Lifecycle(logger);
  const storage = storageOf(settings);
  const opener = storagePart(settings, components, lifecycle);
  const eventStore = eventStoreOf(settings, opener.current, components);
  const appends = drainPart(eventStore, settings.SHUTDOWN_GRACE_MS);
  const scheduling = schedulingOf(settings, opener.current, components);
  const firing = firingParts(settings, scheduling, components, eventStore);
  const ready = (): boolean => opener.current()?.health().kind === 'ready';
  showReadiness(counted.metrics, ready);
  const gate = callGateOf(settings, components);
  const parts = { routes: counted.routes(gate), components, gate, ready };
  const health = new HttpServer({ ...parts, settings: httpSettingsOf(settings), tls });
  const served = [...(tls === undefined ? [] : [tls]), health, ...healthServers(settings, parts)];
  stopOnSignals(lifecycle, logger);
  await lifecycle.start([traces, opener, appends, scheduling.policies, ...firing, ...served]);
  process.stdout.write(
    `\nCassadra scheduler: fires what is due in storage ${storage} (${placeOf(settings)}); ` +
      `health on port ${health.port}\n\nCtrl-C stops it.\n\n`,
  );
});
