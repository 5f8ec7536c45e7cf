import type { StatefulSet } from '#core/api/types';
import { fractions } from './quantities.ts';

const KEEPS_ALL =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

/** Beside those of its template. Upstream: pkg/registry/apps/statefulset/strategy.go, pkg/api/persistentvolumeclaim/util.go. */
export function statefulSetWarnings({ spec }: StatefulSet, isNew: boolean): readonly string[] {
  const claims = (spec?.volumeClaimTemplates ?? []).flatMap(({ spec: claim }, i) => {
    const path = `spec.volumeClaimTemplates[${i}]${isNew ? '' : '.Spec'}.resources`;
    return (['requests', 'limits'] as const).flatMap((side) =>
      fractions(claim?.resources?.[side], `${path}.${side}`, ['storage']),
    );
  });
  return (spec?.revisionHistoryLimit ?? 0) < 0 ? [...claims, KEEPS_ALL] : claims;
}
