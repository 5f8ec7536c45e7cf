import type { StrategyContext } from '#core/api/definition';
import { forbiddenField, type Problem } from '#core/machinery/status';

const LABEL = 'resource.kubernetes.io/admin-access';

/**
 * The first that asks for access to devices that others use may only do so in a namespace that allows it. Upstream:
 * pkg/registry/resource/utils.go.
 */
export function adminAccessProblems(
  asking: readonly (boolean | undefined)[],
  path: string,
  { namespaceLabels }: StrategyContext,
  problems: Problem[],
): void {
  const first = asking.indexOf(true);
  if (first < 0 || namespaceLabels?.()[LABEL] === 'true') return;
  const detail = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;
  problems.push(forbiddenField(`${path}[${first}].adminAccess`, detail));
}
