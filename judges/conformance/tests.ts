import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What tests rest on, each on all before it, as `--needs` names it. */
export const NEEDS = ['api', 'controllers', 'kubelet', 'network', 'storage'] as const;
export type Need = (typeof NEEDS)[number];

/** One of the 446 conformance tests of v1.36.1, and what it needs. */
export interface ConformanceTest {
  /** As e2e.test prints it. */
  readonly name: string;
  readonly file: string;
  /** `W02`: tests that rest on the same part of the system. */
  readonly work: string;
  readonly needs: readonly Need[];
  /** What must run; names that need not exist are left out. */
  readonly images: readonly string[];
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
      const [name, file, work, needs, images, flags, kubelet] = line.split('\t') as [
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
        needs: needs.split(',').filter((need): need is Need => (NEEDS as readonly string[]).includes(need)),
        images: images.split(',').filter((image) => image !== '-' && !/[()]/.test(image)),
        isSlow: flags.includes('Slow'),
        isSerial: flags.includes('Serial'),
        kubelet: kubelet as ConformanceTest['kubelet'],
      };
    });
}

/** What of the tests a run wants; what is absent does not narrow. */
export interface Selection {
  readonly work?: readonly string[];
  /** Only tests that need this or what comes before it. */
  readonly needs?: Need;
  readonly focus?: RegExp;
  readonly ci?: boolean;
  readonly slow?: boolean;
}

/** Few minutes of tests that need the API server alone; W05 runs kubectl for minutes, W04 and W08 await what is built later. */
const inCi = (test: ConformanceTest): boolean =>
  test.needs.every((need) => need === 'api') &&
  !test.isSlow &&
  !test.isSerial &&
  !['W04', 'W05', 'W08', 'W10', 'W37'].includes(test.work) &&
  !test.name.includes('CRD');

export const select = (tests: readonly ConformanceTest[], wants: Selection): readonly ConformanceTest[] =>
  tests.filter(
    (test) =>
      (wants.work === undefined || wants.work.includes(test.work)) &&
      (wants.needs === undefined || test.needs.every((need) => NEEDS.indexOf(need) <= NEEDS.indexOf(wants.needs!))) &&
      (wants.focus === undefined || wants.focus.test(test.name)) &&
      (wants.ci !== true || inCi(test)) &&
      (wants.slow === true || !test.isSlow),
  );
