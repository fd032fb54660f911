import { describe } from 'node:test';
import {
  createKeyspace,
  freshKeyspace,
  openServer,
  settingsForTests,
} from '../cassandra/open-for-tests.js';
import { exerciseStoregrpc } from './storegrpc-kit.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

describe('on Cassandra', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  exerciseStoregrpc({
    name: 'two servers on one Cassandra, clocks 0.8 s apart',
    open: async () => {
      await createKeyspace(settings);
      const backends = await Promise.all(
        [400, -400].map((clockOffsetMs) => openServer(settings, { clockOffsetMs })),
      );
      const remove = async (): Promise<void> => {
        await Promise.all(backends.map((backend) => backend.close()));
      };
      return { backends, remove };
    },
    feedEvents: 20_000,
    raceWins: 1,
  });
});
