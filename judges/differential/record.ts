import { parseArgs } from 'node:util';
import { byCluster, start } from './clusters.ts';
import { normalise } from './normalise.ts';
import { play } from './play.ts';
import { save } from './recordings.ts';
import { originalIsBuilt } from './sides.ts';
import { gatherFullObjects } from './vectors.ts';

/** `npm run diff:record [-- NAME...]`: plays scenarios against the original and keeps its answers. */
if (!originalIsBuilt()) {
  console.error('not run: the original is not built here; run judges/upstream/build');
  process.exit(1);
}
// Scenarios are made of them when their module is loaded.
gatherFullObjects();
const { awaited, scenarios } = await import('./scenarios/index.ts');
const { positionals } = parseArgs({ allowPositionals: true });
const chosen = [...scenarios, ...awaited].filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
);
for (const [cluster, ones] of byCluster(chosen)) {
  const side = await start('original', cluster);
  // What it makes for itself comes in its own time.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  try {
    for (const scenario of ones) {
      const played = await play(side, scenario);
      if (played.inVain.length > 0) {
        console.error(`${scenario.name}: not kept, waited in vain: ${played.inVain.join(', ')}`);
        process.exitCode = 1;
        continue;
      }
      const answers = normalise(played);
      save(scenario.name, answers);
      console.log(`${scenario.name}: ${answers.length} answers`);
    }
  } finally {
    await side.stop();
  }
}
