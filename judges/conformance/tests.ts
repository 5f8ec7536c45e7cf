import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One of the 446 conformance tests of v1.36.1, and what it needs. */
export interface ConformanceTest {
  /** As e2e.test prints it. */
  readonly name: string;
  readonly file: string;
  /** `W02`: tests that rest on the same part of the system. */
  readonly work: string;
  readonly needs: readonly string[];
  readonly isSlow: boolean;
  readonly isSerial: boolean;
  /** `sim`: a kubelet that only reports is enough; `real`: processes must run; `-`: no kubelet. */
  readonly kubelet: 'sim' | 'real' | '-';
}

/** Read from tests.tsv: name, file, work package, needs, images, flags, kubelet. */
export function conformanceTests(): readonly ConformanceTest[] {
  return readFileSync(join(import.meta.dirname, 'tests.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [name, file, work, needs, , flags, kubelet] = line.split('\t') as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      return {
        name,
        file,
        work: work.split(' ')[0]!,
        needs: needs.split(','),
        isSlow: flags.includes('Slow'),
        isSerial: flags.includes('Serial'),
        kubelet: kubelet as ConformanceTest['kubelet'],
      };
    });
}
