import { parseArgs } from 'node:util';
import { originalIsBuilt, startOriginal } from '../differential/sides.ts';
import { groups } from './histories/index.ts';
import { answersTo } from './play.ts';
import { load, save } from './recordings.ts';

/**
 * `node judges/apply/record.ts [--all]`: plays the histories that have no recording (or all of them) against the original
 * and keeps its answers; see judges/upstream/run.
 */
if (!originalIsBuilt()) {
  console.error('not run: the original is not built here; run judges/upstream/build');
  process.exit(1);
}
const { values } = parseArgs({ options: { all: { type: 'boolean' } } });
const side = await startOriginal();
try {
  for (const [group, histories] of Object.entries(groups)) {
    const before = load(group);
    const known = (it: string) => (values.all === true ? undefined : before.get(it));
    const kept = await Promise.all(
      histories.map(async (one) => [one.it, known(one.it) ?? (await answersTo(side, one))] as const),
    );
    save(group, new Map(kept));
    console.log(`${group}: ${kept.length} histories, ${kept.filter(([it]) => !before.has(it)).length} of them new`);
  }
} finally {
  await side.stop();
}
