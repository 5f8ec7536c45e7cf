import { seededRandom } from '#core/base';
import { simulatedDisk } from '../simulated-disk.ts';
import { storeContract } from '../store.contract.ts';
import { logBackend } from './log.ts';

storeContract('a log', () => logBackend(simulatedDisk(seededRandom(1)).mount()));
storeContract('a log of small segments', () =>
  logBackend(simulatedDisk(seededRandom(2), {}, 400).mount(), { segmentBytes: 700 }),
);
