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
    name: 'cassandra',
    open: async () => {
      await createKeyspace(settings);
      const backend = await openServer(settings);
      return { backend, remove: () => backend.close() };
    },
    feedEvents: 20_000,
    raceWins: 1,
  });
});
