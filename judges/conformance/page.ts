import { DISCLOSURE } from '../images/images.ts';
import { NEEDS, type ConformanceTest } from './tests.ts';
import { oneLine, type Row } from './rows.ts';

const count = (rows: readonly Row[], result: Row['result']) => rows.filter((row) => row.result === result).length;

/** The last thing that a test needs, by which the page's table counts. */
const most = (test: ConformanceTest) => NEEDS.findLast((need) => test.needs.includes(need)) ?? 'api';

/** docs/conformance.md: counts, what fails with its first error line, and what was not run. */
export function page(tests: readonly ConformanceTest[], rows: readonly Row[]): string {
  const of = new Map(rows.map((row) => [row.name, row]));
  const lines = NEEDS.map((need) => {
    const those = tests.filter((test) => most(test) === need).map(({ name }) => of.get(name)!);
    return `| ${need} | ${those.length} | ${count(those, 'passed')} | ${count(those, 'failed')} | ${count(those, 'not run')} |`;
  });
  const simulated = rows.some(({ runtime }) => runtime === 'simulated')
    ? 'Simulated nodes run no process: rows of runtime `simulated` hold what those tests look at, which is objects and their status.\n\n'
    : '';
  const failed = rows.filter(({ result }) => result === 'failed');
  return `# Conformance

The ${rows.length} conformance tests of v1.36.1, run by the unmodified e2e.test with its default flags (\`--provider=skeleton\`, protobuf)
against a Kubernode cluster of two nodes. Written by \`npm run conformance\`; a run of some tests updates their rows only, so rows are of
different commits: [conformance.tsv](conformance.tsv) says for each test result, seconds, date, commit and runtime.

A test counts where the last thing that it needs stands; \`controllers\` rests on \`api\`, \`kubelet\` on both, and so on.

| needs | tests | passed | failed | not run |
| --- | --: | --: | --: | --: |
${lines.join('\n')}
| all | ${rows.length} | ${count(rows, 'passed')} | ${count(rows, 'failed')} | ${count(rows, 'not run')} |

${simulated}Rows of runtime \`containerd\` ran real containers of stand-ins for the tests' images, made on the machine (\`judges/images\`):

${DISCLOSURE.map((line) => `- ${line}`).join('\n')}

## What fails

${failed.map(({ name, message }) => `- ${name}\n  \`${oneLine(message).replaceAll('`', "'")}\``).join('\n')}
`;
}
