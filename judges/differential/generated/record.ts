import { kinds } from './kinds.ts';
import { livesOf } from './lives.ts';
import { play, prepare } from './play.ts';
import { startOriginal } from '../sides.ts';
import { sender } from './send.ts';
import { save } from './storage.ts';

/** `node judges/differential/generated/record.ts [KIND...]`: asks the original all cases, of these kinds only where some are given. */
const wanted = new Set(process.argv.slice(2));
const side = await startOriginal();
const { send, close } = sender(side);
try {
  await prepare(send);
  let cases = 0;
  let bytes = 0;
  for (const kind of kinds()) {
    if (wanted.size > 0 && !wanted.has(kind.kind)) continue;
    const started = Date.now();
    const lives = livesOf(kind, 1);
    const answers = await play(send, lives);
    const size = save(kind, lives, answers);
    const count = answers.reduce((sum, one) => sum + one.length, 0);
    const good = answers.flat().filter(({ status }) => status < 300).length;
    cases += count;
    bytes += size;
    console.log(
      `${kind.id}: ${count} cases, ${good} accepted, ${size} bytes, ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
  }
  console.log(`${cases} cases, ${bytes} bytes`);
} finally {
  close();
  await side.stop();
}
