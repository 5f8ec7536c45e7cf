import { isNativeResource, nodeSelectorProblems } from '#core/api/core';
import type { Counter, Device, DeviceAttribute, DeviceCounterConsumption, DeviceTaint } from '#core/api/types';
import { sameJson, type Json } from '#core/base';
import {
  byteLength,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import {
  duplicate,
  forbiddenField,
  invalid,
  notFoundValue,
  notSupported,
  type Problem,
  required,
  tooLong,
  tooMany,
} from '#core/machinery/status';
import { listProblems, setProblems } from './lists.ts';
import { attributeNameProblems, labelNameProblems } from './names.ts';
import { requestPolicyProblems } from './policy.ts';

const MAX_NAMES = 32;
const MAX_VALUES = 48;
const MAX_TEXT = 64;
const MAX_KEY = 63 + 1 + 32;
const MAX_LABEL = 63;
const MAX_TAINTS = 16;
const MAX_CONSUMED_SETS = 2;
const MAX_COUNTERS = 32;
const MAX_BINDINGS = 4;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

const identifier = '(0|[1-9]\\d*)';
const early = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const build = '[0-9a-zA-Z-]+';
const semanticVersion = new RegExp(
  `^${identifier}\\.${identifier}\\.${identifier}(-${early}(\\.${early})*)?(\\+${build}(\\.${build})*)?$`,
);

const LISTS = ['bools', 'ints', 'strings', 'versions'] as const;
const VALUES = ['bool', 'int', 'string', 'version', ...LISTS] as const;

/** A key as a path shows it: the middle of a long one is left out. */
const shown = (key: string, most: number): string => {
  if (key.length <= most) return key;
  const rest = most - 3;
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`;
};

function textProblems(value: string, path: string, problems: Problem[]): void {
  if (byteLength(value) > MAX_TEXT) problems.push(tooLong(path, MAX_TEXT));
}

function versionProblems(value: string, path: string, problems: Problem[]): void {
  if (!semanticVersion.test(value)) {
    problems.push(invalid(path, value, 'must be a string compatible with semver.org spec 2.0.0'));
  }
  textProblems(value, path, problems);
}

function attributeProblems(attribute: DeviceAttribute, path: string, problems: Problem[]): void {
  const { string, version, strings, versions } = attribute;
  if (string !== undefined) textProblems(string, `${path}.string`, problems);
  if (version !== undefined) versionProblems(version, `${path}.version`, problems);
  for (const name of LISTS) {
    const list = attribute[name];
    if (list?.length === 0) problems.push(invalid(`${path}.${name}`, list, 'must not be empty if specified'));
  }
  for (const [i, item] of (strings ?? []).entries()) textProblems(item, `${path}.strings[${i}]`, problems);
  for (const [i, item] of (versions ?? []).entries()) versionProblems(item, `${path}.versions[${i}]`, problems);
  const given = VALUES.filter((name) => attribute[name] !== undefined).length;
  if (given !== 1) problems.push(invalid(path, given === 0 ? '' : attribute, 'exactly one value must be specified'));
}

/** How many values the attributes have, those of lists counted one by one. */
const valuesOf = (attributes: Readonly<Record<string, DeviceAttribute>>): number => {
  let count = 0;
  for (const one of Object.values(attributes)) {
    const listed = LISTS.reduce((sum, name) => sum + (one[name]?.length ?? 0), 0);
    count += listed === 0 ? 1 : listed;
  }
  return count;
};

/** Amounts by name, of a device or of a set that several share. */
export function countersProblems(
  counters: Readonly<Record<string, Counter>> | undefined,
  path: string,
  problems: Problem[],
): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) problems.push(required(path));
  else if (names.length > MAX_COUNTERS) problems.push(tooMany(path, names.length, MAX_COUNTERS));
  else {
    for (const name of names) {
      for (const detail of dnsLabelProblems(name)) problems.push(invalid(path, shown(name, MAX_LABEL), detail));
    }
  }
}

function consumptionProblems(
  { counterSet, counters }: DeviceCounterConsumption,
  path: string,
  problems: Problem[],
): void {
  if (!counterSet) problems.push(required(`${path}.counterSet`));
  else labelNameProblems(counterSet, `${path}.counterSet`, problems);
  countersProblems(counters, `${path}.counters`, problems);
}

function taintProblems({ key = '', value = '', ...taint }: DeviceTaint, path: string, problems: Problem[]): void {
  const effect: string = taint.effect ?? '';
  for (const detail of qualifiedNameProblems(key)) problems.push(invalid(`${path}.key`, key, detail));
  for (const detail of labelValueProblems(value)) problems.push(invalid(`${path}.value`, value, detail));
  if (effect === '') problems.push(required(`${path}.effect`));
  else if (!EFFECTS.includes(effect)) problems.push(notSupported(`${path}.effect`, effect, EFFECTS));
}

/** Conditions that a pod waits for, and those that tell it not to: each named once, and both given or none. */
export function bindingProblems(
  waits: readonly string[] | undefined,
  fails: readonly string[] | undefined,
  path: string,
  problems: Problem[],
): void {
  const check = (name: string, place: string) => {
    for (const detail of qualifiedNameProblems(name)) problems.push(invalid(place, name, detail));
  };
  const [forWait, forFail] = [`${path}.bindingConditions`, `${path}.bindingFailureConditions`];
  listProblems(waits, MAX_BINDINGS, check, forWait, problems);
  listProblems(fails, MAX_BINDINGS, check, forFail, problems);
  const twice = (names: readonly string[] = [], place: string) => {
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) problems.push(duplicate(`${place}[${i}]`, name));
    }
  };
  twice(waits, forWait);
  twice(fails, forFail);
  for (const [i, name] of (fails ?? []).entries()) {
    if (waits?.includes(name) !== true) continue;
    const detail = 'bindingFailureConditions must not overlap with bindingConditions';
    problems.push(invalid(`${forFail}[${i}]`, name, detail));
  }
  const [some, others] = [(waits ?? []).length > 0, (fails ?? []).length > 0];
  if (!some && others) {
    const detail = 'bindingConditions are required to use bindingFailureConditions';
    problems.push(invalid(forWait, waits ?? null, detail));
  }
  if (some && !others) {
    const detail = 'bindingFailureConditions are required to use bindingConditions';
    problems.push(invalid(forFail, fails ?? null, detail));
  }
}

export function nodeNameProblems(name: string, path: string, problems: Problem[]): void {
  for (const detail of dnsSubdomainProblems(name)) problems.push(invalid(path, name, detail));
}

/** Where a device of a slice that leaves it to its devices can be used. */
function whereProblems({ nodeName, nodeSelector, allNodes }: Device, path: string, problems: Problem[]): void {
  const given: string[] = [];
  if (nodeName === '') problems.push(invalid(`${path}.nodeName`, nodeName, 'must not be empty'));
  else if (nodeName !== undefined) {
    given.push('`nodeName`');
    nodeNameProblems(nodeName, `${path}.nodeName`, problems);
  }
  if (nodeSelector !== undefined) {
    given.push('`nodeSelector`');
    nodeSelectorProblems(nodeSelector, `${path}.nodeSelector`, problems);
  }
  if (allNodes === true) given.push('`allNodes`');
  if (allNodes === false) problems.push(invalid(`${path}.allNodes`, false, 'must be either unset or set to true'));
  if (given.length === 1) return;
  const detail =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  problems.push(given.length === 0 ? required(path, detail) : invalid(path, `{${given.join(', ')}}`, detail));
}

function mappingProblems(
  { nodeAllocatableResourceMappings: mappings = {}, capacity = {} }: Device,
  path: string,
  problems: Problem[],
): void {
  for (const [name, { allocationMultiplier, capacityKey }] of Object.entries(mappings)) {
    const place = `${path}[${name}]`;
    if (!isNativeResource(name)) problems.push(invalid(place, name, 'must be a node allocatable resource name'));
    if (allocationMultiplier === undefined && capacityKey === undefined) {
      problems.push(invalid(place, '', 'at least one of allocationMultiplier or capacityKey must be set'));
    }
    if (allocationMultiplier !== undefined && parseQuantity(allocationMultiplier).nano <= 0n) {
      problems.push(invalid(`${place}.allocationMultiplier`, allocationMultiplier, 'must be positive'));
    }
    if (capacityKey === '') {
      problems.push(invalid(`${place}.capacityKey`, '', 'capacityKey must not be an empty string'));
    } else if (capacityKey !== undefined && !Object.hasOwn(capacity, capacityKey)) {
      problems.push(notFoundValue(`${place}.capacityKey`, capacityKey));
    }
  }
}

/** One device; `old` is what it was, `isPlaced` that the slice leaves to its devices on which nodes they are. */
export function deviceProblems(
  device: Device,
  old: Device | undefined,
  isPlaced: boolean,
  path: string,
  problems: Problem[],
): void {
  const { attributes = {}, capacity = {}, taints } = device;
  labelNameProblems(device.name, `${path}.name`, problems);
  const [names, values] = [Object.keys(attributes).length + Object.keys(capacity).length, valuesOf(attributes)];
  if (names > MAX_NAMES) {
    const detail = `the total number of attributes and capacities must not exceed ${MAX_NAMES}`;
    problems.push(invalid(path, names, detail));
  }
  if (values > MAX_VALUES) {
    problems.push(invalid(path, values, `the total number of attribute values must not exceed ${MAX_VALUES}`));
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    attributeNameProblems(name, `${path}.attributes`, problems);
    attributeProblems(attribute, `${path}.attributes[${shown(name, MAX_KEY)}]`, problems);
  }
  for (const [name, { value, requestPolicy }] of Object.entries(capacity)) {
    attributeNameProblems(name, `${path}.capacity`, problems);
    if (requestPolicy === undefined) continue;
    const place = `${path}.capacity[${shown(name, MAX_KEY)}].requestPolicy`;
    if (device.allowMultipleAllocations === true) requestPolicyProblems(requestPolicy, value, place, problems);
    else problems.push(forbiddenField(place, 'allowMultipleAllocations must be true'));
  }
  if (old === undefined || !sameJson((taints ?? []) as unknown as Json, (old.taints ?? []) as unknown as Json)) {
    listProblems(taints, MAX_TAINTS, taintProblems, `${path}.taints`, problems);
  }
  setProblems(
    device.consumesCounters,
    MAX_CONSUMED_SETS,
    (one, place) => consumptionProblems(one, place, problems),
    ({ counterSet }) => counterSet,
    `${path}.consumesCounters`,
    problems,
  );
  if (isPlaced) whereProblems(device, path, problems);
  else if (device.nodeName !== undefined || device.nodeSelector !== undefined || device.allNodes !== undefined) {
    const detail =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    problems.push(invalid(path, null, detail));
  }
  bindingProblems(device.bindingConditions, device.bindingFailureConditions, path, problems);
  mappingProblems(device, `${path}.nodeAllocatableResourceMappings`, problems);
}
