import { startOurs } from '../differential/sides.ts';
import { groups } from './histories/index.ts';
import { answersTo, unequal } from './play.ts';
import { load } from './recordings.ts';

/** `node judges/apply/diff.ts [WORD]`: prints where ours differs from the recorded original, in histories whose group or name has the word. */
const [word = ''] = process.argv.slice(2);
const side = await startOurs();
let [equal, all] = [0, 0];
try {
  for (const [group, histories] of Object.entries(groups)) {
    const recorded = load(group);
    const chosen = histories.filter(({ it }) => group.includes(word) || it.includes(word));
    const found = await Promise.all(
      chosen.map(async (one) => [one.it, unequal(recorded.get(one.it) ?? [], await answersTo(side, one))] as const),
    );
    for (const [it, lines] of found) {
      all++;
      if (lines.length === 0) equal++;
      else console.log([`${group}: ${it}`, ...lines].join('\n  '));
    }
  }
} finally {
  await side.stop();
}
console.log(`${equal} of ${all} equal`);
