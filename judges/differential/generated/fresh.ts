import { startOriginal, startOurs } from '../sides.ts';
import { compareAnswers, type Differs } from './compare.ts';
import { kinds } from './kinds.ts';
import type { Life } from './life.ts';
import { livesOf } from './lives.ts';
import { inOrder } from './mask.ts';
import { play, prepare } from './play.ts';
import { sender } from './send.ts';

/**
 * `node judges/differential/generated/fresh.ts SEED [KIND...]`: cases that nobody recorded, asked of the original and of ours
 * side by side, and where the answers differ. What it finds belongs into the rules, not into a recording.
 */
const EXAMPLES = 5;
const [seed = '2', ...names] = process.argv.slice(2);
const wanted = new Set(names);
const sides = [await startOriginal(), await startOurs()] as const;
const senders = sides.map(sender);
const found: (Differs & { readonly id: string; readonly life: Life; readonly step: number })[] = [];
let cases = 0;
try {
  for (const { send } of senders) await prepare(send);
  for (const kind of kinds()) {
    if (wanted.size > 0 && !wanted.has(kind.kind)) continue;
    const lives = livesOf(kind, Number(seed));
    const [theirs, ours] = await Promise.all(senders.map(({ send }) => play(send, lives)));
    lives.forEach((life, n) =>
      theirs![n]!.forEach((answer, step) => {
        if (answer.status === 0) return;
        cases++;
        const differs = compareAnswers({ ...answer, body: inOrder(answer.body) }, ours![n]![step]!);
        if (differs !== undefined) found.push({ ...differs, id: `${life.id}.${step}`, life, step });
      }),
    );
  }
} finally {
  for (const { close } of senders) close();
  for (const one of sides) await one.stop();
}
const cut = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))?.slice(0, 700);
const classes = [...Map.groupBy(found, ({ level, field }) => `${level}: ${field}`)];
for (const [what, ones] of classes.toSorted((left, right) => right[1].length - left[1].length)) {
  console.log(`${ones.length} × ${what}`);
  for (const { id, life, step, theirs, ours } of ones.slice(0, EXAMPLES)) {
    const { it, method, path, body } = life.steps[step]!;
    console.log(`    ${id} ${it}: ${method} ${path}`);
    console.log(`      theirs ${cut(theirs)}\n      ours   ${cut(ours)}\n      body   ${cut(body)}`);
  }
}
console.log(`seed ${seed}: ${cases} cases, ${found.length} differ`);
