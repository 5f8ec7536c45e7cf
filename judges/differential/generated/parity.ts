import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEVELS } from './compare.ts';
import type { Judged, Unequal } from './judge.ts';

const FILE = join(import.meta.dirname, '../../../docs/parity.md');
const [BEGIN, END] = ['<!-- generated cases -->', '<!-- end of generated cases -->'];
const HEAD = "# Parity\n\nHow Kubernode's answers differ from those that kube-apiserver v1.36.1 was recorded with.\n";

/** The generated cases' part of docs/parity.md: what differs by kind, and the fields by how often. */
export function writeParity({ cases, unequal }: Judged): void {
  const total = [...cases.values()].reduce((sum, count) => sum + count, 0);
  const share = (bad: number, all: number) => `${(Math.floor(((all - bad) / all) * 10_000) / 100).toFixed(2)} %`;
  const byKind = Map.groupBy(unequal, ({ kind }) => kind);
  const counts = (ones: readonly Unequal[]) =>
    LEVELS.map((level) => ones.filter((one) => one.level === level).length || '');
  const rows = [...cases]
    .map(([kind, count]) => ({ kind, count, ones: byKind.get(kind) ?? [] }))
    .toSorted((a, b) => b.ones.length - a.ones.length)
    .map(
      ({ kind, count, ones }) =>
        `| ${kind} | ${count} | ${share(ones.length, count)} | ${counts(ones).join(' | ')} | ${often(ones)} |`,
    );
  const part = [
    BEGIN,
    '## Generated cases',
    '',
    `Of ${total} requests made from the schema (valid objects, objects with one fault, updates, patches, histories of writes) ours answers ${total - unequal.length} (${share(unequal.length, total)}) as the original did. The rest by what differs first:`,
    '',
    `| kind | cases | equal | ${LEVELS.join(' | ')} | most often |`,
    `|---|---|---|${LEVELS.map(() => '---').join('|')}|---|`,
    ...rows,
    `| all | ${total} | ${share(unequal.length, total)} | ${counts(unequal).join(' | ')} | |`,
    '',
    "Written by `node judges/differential/generated/replay.ts --write`; `replay.ts KIND` shows a kind's differences.",
    END,
  ].join('\n');
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const at = before.indexOf(BEGIN);
  writeFileSync(
    FILE,
    at < 0 ? `${before}\n${part}\n` : before.slice(0, at) + part + before.slice(before.indexOf(END) + END.length),
  );
}

/** The fields that differ most often. */
function often(ones: readonly Unequal[]): string {
  const sorted = [...Map.groupBy(ones, ({ level, field }) => `${level} ${field}`)].toSorted(
    (a, b) => b[1].length - a[1].length,
  );
  return sorted
    .slice(0, 6)
    .map(([field, { length }]) => `\`${field.replaceAll('|', '/').replaceAll('`', "'")}\` ${length}`)
    .join(', ');
}
