import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEVELS } from './compare.ts';
import type { Judged, Unequal } from './judge.ts';

const FILE = join(import.meta.dirname, '../../../docs/parity.md');
const [BEGIN, END] = ['<!-- generated cases -->', '<!-- end of generated cases -->'];
const HEAD = "# Parity\n\nHow Kubernode's answers differ from those that kube-apiserver v1.36.1 was recorded with.\n";

/** How it is judged whether two answers are equal, with all that is not compared. */
const JUDGED = [
  'Two answers are equal when their status codes are, and then: of refusals the reason, every cause (its field, its reason, its text) and, where there is at most one cause, the message; of what was accepted the whole body and the order of its keys; of both the warnings in their order.',
  'Not compared are: the order of causes, and the message that lists several of them; what is echoed of a struct, list or map in a message (the original shows the names of its internal Go types); what follows a line break in a message (differences of Go values); what the server makes anew each time (uids, times, resourceVersions, suffixes of generated names, tokens, allocated addresses and ports); the order of managedFields and of the rules of a user.',
  'A 4xx of ours counts as equal where the original answers bad input with a bare 500 or with an InternalError; requests on which the original hung up are not counted.',
].join('\n');

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
    `Of ${total} requests made from the schema (valid objects, objects with one fault, updates, patches, histories of writes) ours answers ${total - unequal.length} (${share(unequal.length, total)}) as the original did.`,
    '',
    JUDGED,
    '',
    'The rest by what differs first:',
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
