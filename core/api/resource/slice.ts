import { driverNameProblems, nodeSelectorProblems } from '#core/api/core';
import type { Device, ResourceSlice, ResourceSliceSpec } from '#core/api/types';
import { invalid, type Problem, required } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';
import { countersProblems, deviceProblems, nodeNameProblems } from './device.ts';
import { setProblems } from './lists.ts';
import { labelNameProblems, poolNameProblems } from './names.ts';

const MAX_DEVICES = 128;
/** Where devices have taints, counters or lists: their slice grows too large otherwise. */
const MAX_RICH_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const ONE_OF = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const LISTS = ['bools', 'ints', 'strings', 'versions'] as const;

const hasLists = ({ attributes }: Device): boolean =>
  Object.values(attributes ?? {}).some((one) => LISTS.some((name) => one[name] !== undefined));
const isRich = (device: Device): boolean =>
  (device.taints ?? []).length > 0 || (device.consumesCounters ?? []).length > 0 || hasLists(device);

function placeProblems(spec: Partial<ResourceSliceSpec>, problems: Problem[]): void {
  const { nodeName, nodeSelector } = spec;
  const given: string[] = [];
  if (nodeName === '') {
    problems.push(invalid('spec.nodeName', nodeName, 'must be either unset or set to a non-empty string'));
  } else if (nodeName !== undefined) {
    given.push('`nodeName`');
    nodeNameProblems(nodeName, 'spec.nodeName', problems);
  }
  if (nodeSelector !== undefined) {
    given.push('`nodeSelector`');
    nodeSelectorProblems(nodeSelector, 'spec.nodeSelector', problems);
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    if (terms.length !== 1) {
      const detail = 'must have exactly one node selector term';
      problems.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms, detail));
    }
  }
  for (const flag of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[flag] === true) given.push(`\`${flag}\``);
    if (spec[flag] === false) problems.push(invalid(`spec.${flag}`, false, 'must be either unset or set to true'));
  }
  if (given.length === 0) problems.push(required('spec', ONE_OF));
  else if (given.length > 1) {
    problems.push(invalid('spec', `{${given.join(', ')}}`, `${ONE_OF}, but multiple fields are set`));
  }
}

/** Upstream: pkg/apis/resource/validation/validation.go (validateResourceSliceSpec). */
function specProblems(
  spec: Partial<ResourceSliceSpec>,
  old: Partial<ResourceSliceSpec> | undefined,
  given: Partial<ResourceSliceSpec>,
  problems: Problem[],
) {
  const { pool, devices, sharedCounters } = spec;
  driverNameProblems(spec.driver, 'spec.driver', problems);
  poolNameProblems(pool?.name, 'spec.pool.name', problems);
  const [count, generation] = [pool?.resourceSliceCount ?? 0, pool?.generation ?? 0];
  if (count <= 0) problems.push(invalid('spec.pool.resourceSliceCount', count, 'must be greater than zero'));
  if (generation < 0) {
    problems.push(invalid('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  }
  if (old !== undefined) {
    unchanged(pool?.name ?? '', old.pool?.name ?? '', 'spec.pool.name', problems);
    unchanged(spec.driver ?? '', old.driver ?? '', 'spec.driver', problems);
    unchanged(spec.nodeName, old.nodeName, 'spec.nodeName', problems);
  }
  placeProblems(spec, problems);
  // An empty list is one, too.
  if (given.sharedCounters !== undefined && given.devices !== undefined) {
    problems.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  const isPlaced = spec.perDeviceNodeSelection === true;
  setProblems(
    devices,
    devices?.some(isRich) === true ? MAX_RICH_DEVICES : MAX_DEVICES,
    (device, path) => {
      const before = old?.devices?.find(({ name }) => name === device.name);
      deviceProblems(device, before, isPlaced, path, problems);
    },
    ({ name }) => name ?? '',
    'spec.devices',
    problems,
  );
  setProblems(
    sharedCounters,
    MAX_COUNTER_SETS,
    ({ name, counters }, path) => {
      if (!name) problems.push(required(`${path}.name`));
      else labelNameProblems(name, `${path}.name`, problems);
      countersProblems(counters, `${path}.counters`, problems);
    },
    ({ name }) => name ?? '',
    'spec.sharedCounters',
    problems,
  );
}

/** What devices a driver has, on one node or on several. */
export function sliceProblems(
  next: ResourceSlice,
  old: ResourceSlice | undefined,
  problems: Problem[],
  given = next,
): void {
  specProblems(next.spec ?? {}, old === undefined ? undefined : (old.spec ?? {}), given.spec ?? {}, problems);
}
