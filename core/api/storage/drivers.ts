import { driverNameProblems } from '#core/api/core';
import type { CSIDriver, CSIDriverSpec, CSINode, CSINodeDriver } from '#core/api/types';
import { type Json, sameJson } from '#core/base';
import { qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative, unchanged } from '#core/machinery/validation';

const MAX_NODE_ID = 256;
const TEN_MINUTES = 600;
const MAX_TOKEN_LIFE = 2 ** 32;
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const MODES = ['Persistent', 'Ephemeral'];

function tokenProblems({ tokenRequests }: CSIDriverSpec, problems: Problem[]): void {
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds: life }] of (tokenRequests ?? []).entries()) {
    const path = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) {
      problems.push(duplicate(`${path}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    if (life === undefined) continue;
    const refuse = (detail: string) => problems.push(invalid(`${path}.expirationSeconds`, life, detail));
    if (life < TEN_MINUTES) refuse('may not specify a duration less than 10 minutes');
    if (life > MAX_TOKEN_LIFE) refuse('may not specify a duration larger than 2^32 seconds');
  }
}

export function driverProblems({ spec = {} }: CSIDriver, problems: Problem[]): void {
  // The first is not the field's name: clients know it so.
  if (spec.attachRequired === undefined) problems.push(required('spec.attachedRequired'));
  if (spec.podInfoOnMount === undefined) problems.push(required('spec.podInfoOnMount'));
  if (spec.storageCapacity === undefined) problems.push(required('spec.storageCapacity'));
  const { fsGroupPolicy, nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec;
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy)) {
    problems.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, GROUP_POLICIES));
  }
  tokenProblems(spec, problems);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!MODES.includes(mode)) problems.push(notSupported('spec.volumeLifecycleModes', mode, MODES));
  }
  if (spec.seLinuxMount === undefined) problems.push(required('spec.seLinuxMount'));
  if (period !== undefined && period < 10) {
    const detail = 'must be greater than or equal to 10 seconds';
    problems.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, detail));
  }
  if (inSecrets !== undefined && (spec.tokenRequests ?? []).length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    problems.push(invalid('spec.serviceAccountTokenInSecrets', inSecrets, detail));
  }
}

export function driverUpdateProblems(next: CSIDriver, old: CSIDriver, problems: Problem[]): void {
  driverProblems(next, problems);
  unchanged(next.spec?.attachRequired, old.spec?.attachRequired, 'spec.attachedRequired', problems);
  unchanged(next.spec?.volumeLifecycleModes, old.spec?.volumeLifecycleModes, 'spec.volumeLifecycleModes', problems);
}

/** Tokens that a driver gets with a volume's attributes may be logged. Upstream: pkg/registry/storage/csidriver/strategy.go. */
export function driverWarnings({ spec }: CSIDriver, old: CSIDriver | undefined): readonly string[] {
  const [tokens, before] = [spec?.tokenRequests ?? [], old?.spec?.tokenRequests ?? []];
  if (tokens.length === 0 || spec?.serviceAccountTokenInSecrets !== undefined) return [];
  if (sameJson(tokens as unknown as Json, before as unknown as Json)) return [];
  return [
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
  ];
}

function nodeDriverProblems(driver: CSINodeDriver, path: string, problems: Problem[]): void {
  const { name, nodeID = '', allocatable, topologyKeys } = driver;
  driverNameProblems(name, `${path}.name`, problems);
  if (nodeID === '') problems.push(required(`${path}.nodeID`));
  if (nodeID.length > MAX_NODE_ID) {
    problems.push(invalid(`${path}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`));
  }
  notNegative(allocatable?.count, `${path}.allocatable.count`, problems);
  const seen = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === '') problems.push(required(path));
    if (seen.has(key)) problems.push(duplicate(path, key));
    seen.add(key);
    for (const detail of qualifiedNameProblems(key)) problems.push(invalid(path, key, detail));
  }
}

export function csiNodeProblems({ spec }: CSINode, problems: Problem[]): void {
  const names = new Set<string>();
  for (const [i, driver] of (spec?.drivers ?? []).entries()) {
    const path = `spec.drivers[${i}]`;
    nodeDriverProblems(driver, path, problems);
    if (names.has(driver.name)) problems.push(duplicate(`${path}.name`, driver.name));
    names.add(driver.name);
  }
}

const withoutCount = ({ allocatable: _, ...driver }: CSINodeDriver): object => driver;

export function csiNodeUpdateProblems(next: CSINode, old: CSINode, problems: Problem[]): void {
  csiNodeProblems(next, problems);
  for (const before of old.spec?.drivers ?? []) {
    for (const after of next.spec?.drivers ?? []) {
      if (before.name !== after.name) continue;
      unchanged(withoutCount(after), withoutCount(before), 'spec.drivers', problems);
    }
  }
}
