import { notNegativeQuantity, subdomainProblems } from '#core/api/rules';
import type { CSIStorageCapacity } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { selectorProblems, unchanged } from '#core/machinery/validation';

export function capacityProblems(
  { nodeTopology, storageClassName, capacity }: CSIStorageCapacity,
  problems: Problem[],
) {
  selectorProblems(nodeTopology, 'nodeTopology', problems);
  subdomainProblems(storageClassName ?? '', 'storageClassName', problems);
  notNegativeQuantity(capacity, 'capacity', problems);
}

export function capacityUpdateProblems(next: CSIStorageCapacity, old: CSIStorageCapacity, problems: Problem[]): void {
  capacityProblems(next, problems);
  unchanged(next.nodeTopology, old.nodeTopology, 'nodeTopology', problems);
  unchanged(next.storageClassName ?? '', old.storageClassName ?? '', 'storageClassName', problems);
}
