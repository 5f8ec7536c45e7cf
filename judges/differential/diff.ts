import { parseArgs } from 'node:util';
import { readBaseline, writeBaseline } from './baseline.ts';
import { idOf } from './judge.ts';
import { writeParity } from './parity.ts';
import { load } from './recordings.ts';
import { replay } from './replay.ts';
import { awaited, scenarios } from './scenarios/index.ts';

/**
 * `npm run diff [-- NAME...]`: prints how ours differs from the recorded original. With `--write` all scenarios are played
 * and the baseline and docs/parity.md written; a difference that is new is only taken into the baseline with `--accept`.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    accept: { type: 'boolean' },
    all: { type: 'boolean' },
    lines: { type: 'string', default: '60' },
  },
});
const chosen = scenarios.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
);
const begun = Date.now();
const { answers, found } = await replay(chosen);
const meant = found.filter(({ reason }) => reason !== undefined);
const open = found.filter(({ reason }) => reason === undefined);
const known = readBaseline();
const fresh = open.filter((one) => !known.has(idOf(one)));
const short = (value: unknown) => (JSON.stringify(value) ?? 'absent').slice(0, 700);
for (const one of (values.all !== true && fresh.length > 0 ? fresh : open).slice(0, Number(values.lines))) {
  console.log(
    `${one.scenario} | ${one.step}\n  ${one.path}\n    theirs: ${short(one.theirs)}\n    ours:   ${short(one.ours)}`,
  );
}
const unequal = new Set(open.map(({ scenario, step }) => `${scenario} | ${step}`)).size;
console.log(
  `${answers} answers of ${chosen.length} scenarios in ${Date.now() - begun} ms: ${unequal} unequal, ${open.length} differences (${fresh.length} new), ${meant.length} intended`,
);
if (values.write === true && positionals.length === 0) {
  if (fresh.length > 0 && values.accept !== true) {
    console.error('new differences: mend them, or --accept them');
    process.exit(1);
  }
  writeBaseline(open.map(idOf));
  writeParity({
    answers,
    scenarios: chosen.length,
    open,
    meant,
    awaited: awaited.map(({ name }) => [name, load(name)?.length ?? 0]),
  });
}
process.exit(fresh.length > 0 ? 1 : 0);
