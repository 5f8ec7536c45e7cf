import { seededRandom } from '#core/base';
import { logBackend } from './log/log.ts';
import { memoryBackend } from './memory.ts';
import { modelContract } from './model.contract.ts';
import { simulatedDisk } from './simulated-disk.ts';

modelContract('memory', () => memoryBackend(), [1, 2, 3]);
modelContract(
  'a log of small segments',
  () => logBackend(simulatedDisk(seededRandom(1)).mount(), { segmentBytes: 3000 }),
  [4, 5, 6],
);
