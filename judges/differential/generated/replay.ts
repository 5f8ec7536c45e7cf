import { judge } from './judge.ts';
import { readKnown, writeKnown } from './known.ts';
import { writeParity } from './parity.ts';

/**
 * `node judges/differential/generated/replay.ts [--write] [--all N] [KIND...]`: plays the recorded cases on ours and says
 * how often what differs, with N examples of each (1). `--write` takes the run as what is known and writes docs/parity.md.
 */
const words = process.argv.slice(2);
const number = words.indexOf('--all');
const examples = number < 0 ? 1 : Number(words[number + 1]);
const wanted = new Set(words.filter((word, n) => !word.startsWith('--') && (number < 0 || n !== number + 1)));
const started = Date.now();
const judged = await judge((kind) => wanted.size === 0 || wanted.has(kind.kind));
const { cases, unequal } = judged;
const total = [...cases.values()].reduce((sum, count) => sum + count, 0);

const classes = [...Map.groupBy(unequal, ({ level, field }) => `${level}: ${field}`)].toSorted(
  (a, b) => b[1].length - a[1].length,
);
const cut = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))?.slice(0, 400);
for (const [what, ones] of wanted.size > 0 ? classes : classes.slice(0, 60)) {
  console.log(
    `${ones.length} × ${what} (${[...new Set(ones.map(({ kind }) => kind.split(' ')[1]))].slice(0, 8).join(', ')})`,
  );
  for (const { id, life, step, theirs, ours } of ones.slice(0, examples)) {
    const { it, method, path, body } = life.steps[step]!;
    console.log(`    ${id} ${it}: ${method} ${path}\n      theirs ${cut(theirs)}\n      ours   ${cut(ours)}`);
    if (wanted.size > 0) console.log(`      body   ${cut(body)}`);
  }
}
const known = readKnown();
const fresh = unequal.filter(({ id }) => !known.has(id));
for (const { id, level, field, theirs, ours } of fresh.slice(0, 20))
  console.log(`new: ${id} ${level} ${field}\n      theirs ${cut(theirs)}\n      ours   ${cut(ours)}`);
console.log(
  `${total} cases, ${unequal.length} differ, ${fresh.length} of them new, ${((Date.now() - started) / 1000).toFixed(1)} s`,
);
if (words.includes('--write')) {
  if (wanted.size > 0) throw new Error('--write needs a run of all kinds');
  writeKnown(unequal.map(({ id }) => id));
  writeParity(judged);
}
