import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Found } from './judge.ts';

const FILE = join(import.meta.dirname, '../../docs/parity.md');
const [BEGIN, END] = ['<!-- scenarios -->', '<!-- end of scenarios -->'];

export interface Outcome {
  readonly answers: number;
  readonly scenarios: number;
  readonly open: readonly Found[];
  readonly meant: readonly Found[];
  /** Scenarios that are recorded only, and how many answers each has. */
  readonly awaited: readonly (readonly [scenario: string, answers: number])[];
}

/** Writes the scenarios' part of docs/parity.md; the rest of the file stays. */
export function writeParity({ answers, scenarios, open, meant, awaited }: Outcome): void {
  const unequal = new Set(open.map(({ scenario, step }) => `${scenario} | ${step}`)).size;
  const rows = [...Map.groupBy(open, ({ scenario }) => scenario)].map(
    ([scenario, ones]) => `| ${scenario} | ${ones.length} | ${fieldsOf(ones)} |`,
  );
  const reasons = [...Map.groupBy(meant, ({ reason }) => reason!)].map(
    ([reason, ones]) => `| ${ones.length} | ${reason} |`,
  );
  const part = [
    BEGIN,
    '## Scenarios',
    '',
    `${answers} answers of ${scenarios} scenarios were compared with the original's: ${answers - unequal} are equal, ${unequal} are not.`,
    '',
    ...(rows.length === 0 ? [] : ['| scenario | differences | fields |', '|---|---|---|', ...rows, '']),
    `Recorded, but not replayed, for what they are about is not there yet: ${awaited.map(([name, count]) => `${name} (${count} answers)`).join(', ')}.`,
    '',
    ...(reasons.length === 0 ? [] : ['Meant to differ:', '', '| fields | why |', '|---|---|', ...reasons, '']),
    END,
  ].join('\n');
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const at = before.indexOf(BEGIN);
  const text =
    at < 0 ? `${before}\n${part}\n` : before.slice(0, at) + part + before.slice(before.indexOf(END) + END.length);
  writeFileSync(FILE, text);
}

const HEAD = `# Parity

How Kubernode's answers differ from those that kube-apiserver v1.36.1 was recorded with. Written by \`npm run diff -- --write\`.
`;

/** The fields that differ most often, without the names of list items. */
function fieldsOf(ones: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const { path } of ones) {
    const field = path.replaceAll(/\[[^\]]*\]/g, '[]');
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 5);
  return sorted.map(([field, count]) => `\`${field}\` ${count}`).join(', ');
}
