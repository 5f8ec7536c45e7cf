import { join } from 'node:path';
import { violations } from './order.ts';
import { command, type Outcome } from './steps.ts';

/** `npm run check`: everything but tests. Each check must have seen files, or it fails. */
const root = join(import.meta.dirname, '../..');
process.chdir(root);
const bin = (name: string) => join(root, 'node_modules/.bin', name);

const order = (): Outcome => {
  const { files, found } = violations(root);
  const ok = files > 0 && found.length === 0;
  return { name: `order of core's folders (${files} files)`, ok, output: found.join('\n'), seconds: 0 };
};

const lint = async (): Promise<Outcome> => {
  const outcome = await command('oxlint', bin('oxlint'), '--quiet', 'core', 'adapters', 'apps', 'judges', 'tools');
  const saw = /on (\d+) files/.exec(outcome.output);
  return { ...outcome, ok: outcome.ok && Number(saw?.[1] ?? 0) > 0 };
};

const outcomes = await Promise.all([
  command('tsc -b', bin('tsc'), '-b'),
  lint(),
  command('oxfmt --check', bin('oxfmt'), '--check', '.'),
  Promise.resolve(order()),
]);
for (const { name, ok, output, seconds } of outcomes) {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${seconds > 0 ? ` ${seconds.toFixed(1)} s` : ''}`);
  if (!ok) console.log(output.trimEnd());
}
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);
