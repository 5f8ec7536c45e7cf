import { segmentProblems } from '#core/api/rules';
import type { CrossVersionObjectReference } from '#core/api/types';
import { invalid, type Problem } from '#core/machinery/status';

/** What is scaled or measured; `group` says what is asked of its API version. */
export function referenceProblems(
  reference: CrossVersionObjectReference | undefined,
  group: 'any' | 'readable' | 'named',
  path: string,
  problems: Problem[],
): void {
  const { kind, name, apiVersion = '' } = reference ?? { kind: '', name: '' };
  segmentProblems(kind, `${path}.kind`, problems);
  segmentProblems(name, `${path}.name`, problems);
  if (group === 'any') return;
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) {
    const detail = `unexpected GroupVersion string: ${apiVersion}`;
    problems.push(invalid(`${path}.apiVersion`, apiVersion, detail));
  } else if (group === 'named' && (slashes === 0 || apiVersion.startsWith('/'))) {
    problems.push(invalid(`${path}.apiVersion`, apiVersion, 'apiVersion must specify API group'));
  }
}
