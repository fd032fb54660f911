import {
  createLogger,
  Lifecycle,
  parseSettings,
  runProgram,
  schedulerSettings,
  stopOnSignals,
  storageOf,
  systemComponents,
} from '../../src/runtime/index.js';
import { HttpServer } from '../../src/transport/http/index.js';
import { drainPart, eventStoreOf } from '../shared/event-store.js';
import { httpSettingsOf } from '../shared/http-settings.js';
import { placeOf } from '../shared/place.js';
import { storagePart } from '../shared/storage-part.js';
import { firingParts, schedulingOf } from '../shared/timed-events.js';

await runProgram(async () => {
  const settings = parseSettings(schedulerSettings, process.env);
  const components = systemComponents(createLogger('scheduler', settings.LOG_LEVEL));
  const { logger } = components;
  const lifecycle = new Lifecycle(logger);
  const storage = storageOf(settings);
  const opener = storagePart(settings, components, lifecycle);
  const eventStore = eventStoreOf(settings, opener.current, components);
  const appends = drainPart(eventStore, settings.SHUTDOWN_GRACE_MS);
  const scheduling = schedulingOf(settings, opener.current, components);
  const firing = firingParts(settings, scheduling, components, eventStore);
  const health = new HttpServer({
    routes: [],
    settings: httpSettingsOf(settings),
    components,
    ready: () => opener.current()?.health().kind === 'ready',
  });
  stopOnSignals(lifecycle, logger);
  await lifecycle.start([opener, appends, scheduling.policies, ...firing, health]);
  process.stdout.write(
    `\nCassadra scheduler: fires what is due in storage ${storage} (${placeOf(settings)}); ` +
      `health on port ${health.port}\n\nCtrl-C stops it.\n\n`,
  );
});
