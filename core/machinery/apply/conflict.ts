import { refusal, type StatusError } from '#core/machinery/status';
import { pathText } from './element.ts';
import { identityOf, type Manager } from './entries.ts';
import type { FieldSet } from './field-set.ts';
import { pathsOf } from './field-set.ts';

/** A field that was applied with a value other than the one that its manager gave it. */
export interface Conflict {
  readonly manager: Manager;
  readonly path: readonly string[];
}

export const conflictsOf = (manager: Manager, taken: FieldSet): readonly Conflict[] =>
  pathsOf(taken).map((path) => ({ manager, path }));

const described = ({ name, operation, apiVersion, subresource }: Manager): string => {
  const who = JSON.stringify(name) + (subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === 'Update' ? `${who} using ${apiVersion}` : who;
};

/** The refusal, in the words that kubectl parses. Upstream: apimachinery/pkg/util/managedfields/internal/conflict.go. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${described(manager)}`,
    field: pathText(path),
  }));
  return refusal('Conflict', conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${described(first!.manager)}: ${pathText(first!.path)}`;
  }
  const byManager = Map.groupBy(conflicts, ({ manager }) => identityOf(manager));
  const lines = [...byManager]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, list]) => [
      `conflicts with ${described(list[0]!.manager)}:`,
      ...list.map(({ path }) => `- ${pathText(path)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
