import type {
  DeviceConstraint,
  DeviceRequest,
  DeviceToleration,
  ResourceClaimSpec,
  ResourceClaimStatus,
} from '#core/api/types';
import type { ObjectMeta } from '#core/machinery/object';
import { dnsSubdomainProblems, labelValueProblems, qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';
import { allocationProblems, deviceStatusProblems } from './allocation.ts';
import { configurationProblems, MAX_CONFIGS, selectorsProblems } from './configuration.ts';
import { listProblems, setProblems } from './lists.ts';
import { fullAttributeNameProblems, labelNameProblems, MAX_REQUESTS, referencesProblems } from './names.ts';

/** A claim to devices: its name is the core group's too. */
export interface Claim {
  readonly metadata: ObjectMeta;
  readonly spec?: ResourceClaimSpec;
  readonly status?: ResourceClaimStatus;
}
type Asked = NonNullable<DeviceRequest['exactly']>;

const MAX_CONSTRAINTS = 32;
const MAX_ALTERNATIVES = 8;
const MAX_USERS = 256;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

function tolerationProblems(one: DeviceToleration, path: string, problems: Problem[]): void {
  const { key = '', value = '', effect } = one;
  const operator: string = one.operator ?? '';
  if (key !== '') matching(qualifiedNameProblems)(key, `${path}.key`, problems);
  if (operator === 'Exists') {
    if (value !== '') problems.push(invalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') matching(labelValueProblems)(value, `${path}.value`, problems);
  else if (operator === '') problems.push(required(`${path}.operator`));
  else problems.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  if (effect && !EFFECTS.includes(effect)) problems.push(notSupported(`${path}.effect`, effect, EFFECTS));
}

function askedProblems(asked: Asked, path: string, problems: Problem[]): void {
  const { deviceClassName: name = '', selectors, count = 0, tolerations } = asked;
  const mode: string = asked.allocationMode ?? '';
  if (name === '') problems.push(required(`${path}.deviceClassName`));
  else matching(dnsSubdomainProblems)(name, `${path}.deviceClassName`, problems);
  selectorsProblems(selectors, `${path}.selectors`, problems);
  if (mode === 'All') {
    if (count !== 0)
      problems.push(invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'"));
  } else if (mode !== 'ExactCount') {
    problems.push(notSupported(`${path}.allocationMode`, mode, ['All', 'ExactCount']));
  } else if (count <= 0) problems.push(invalid(`${path}.count`, count, 'must be greater than zero'));
  for (const [i, one] of (tolerations ?? []).entries()) tolerationProblems(one, `${path}.tolerations[${i}]`, problems);
}

function requestProblems(
  { name, exactly, firstAvailable = [] }: DeviceRequest,
  path: string,
  problems: Problem[],
): void {
  labelNameProblems(name, `${path}.name`, problems);
  const several = firstAvailable.length > 0;
  if (!several && exactly === undefined) {
    problems.push(required(path, 'exactly one of `exactly` or `firstAvailable` is required'));
  } else if (several && exactly !== undefined) {
    const detail = 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set';
    problems.push(invalid(path, null, detail));
  } else if (exactly !== undefined) askedProblems(exactly, `${path}.exactly`, problems);
  else {
    setProblems(
      firstAvailable,
      MAX_ALTERNATIVES,
      (one, place) => {
        labelNameProblems(one.name, `${place}.name`, problems);
        askedProblems(one, place, problems);
      },
      (one) => one.name,
      `${path}.firstAvailable`,
      problems,
    );
  }
}

/** All that requests may be called by: `NAME`, and `NAME/ALTERNATIVE`. */
function requestNames(requests: readonly DeviceRequest[] | null | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, firstAvailable } of requests ?? []) {
    names.add(name);
    for (const one of firstAvailable ?? []) names.add(`${name}/${one.name}`);
  }
  return names;
}

function constraintProblems(
  { requests, matchAttribute, distinctAttribute }: DeviceConstraint,
  names: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  referencesProblems(requests, names, `${path}.requests`, problems);
  if (matchAttribute !== undefined) fullAttributeNameProblems(matchAttribute, `${path}.matchAttribute`, problems);
  else if (distinctAttribute !== undefined) {
    fullAttributeNameProblems(distinctAttribute, `${path}.distinctAttribute`, problems);
  } else {
    const detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    problems.push(required(path, detail));
  }
}

/** Of a claim, or of a template of claims. Upstream: pkg/apis/resource/validation/validation.go (validateResourceClaimSpec). */
export function claimSpecProblems(spec: ResourceClaimSpec | undefined, path: string, problems: Problem[]): void {
  const { requests, constraints, config } = spec?.devices ?? {};
  const names = requestNames(requests);
  const place = `${path}.devices`;
  const check = (one: DeviceRequest, at: string) => requestProblems(one, at, problems);
  setProblems(requests, MAX_REQUESTS, check, ({ name }) => name, `${place}.requests`, problems);
  const checkConstraint = (one: DeviceConstraint, at: string) => constraintProblems(one, names, at, problems);
  listProblems(constraints, MAX_CONSTRAINTS, checkConstraint, `${place}.constraints`, problems);
  listProblems(
    config,
    MAX_CONFIGS,
    (one, at) => {
      referencesProblems(one.requests, names, `${at}.requests`, problems);
      configurationProblems(one, at, problems);
    },
    `${place}.config`,
    problems,
  );
}

/** What is allocated and by whom it is used, what was allocated, and what drivers say of it. */
export function claimStatusProblems(next: Claim, old: Claim, problems: Problem[]): void {
  const { reservedFor, allocation, devices } = next.status ?? {};
  const path = 'status.reservedFor';
  setProblems(
    reservedFor,
    MAX_USERS,
    ({ resource, name, uid }, place) => {
      if (!resource) problems.push(required(`${place}.resource`));
      if (!name) problems.push(required(`${place}.name`));
      if (!uid) problems.push(required(`${place}.uid`));
    },
    ({ uid }) => uid,
    path,
    problems,
  );
  if ((reservedFor ?? []).length > 0) {
    if (allocation === undefined) {
      problems.push(forbiddenField(path, 'may not be specified when `allocated` is not set'));
    } else if (next.metadata.deletionTimestamp !== undefined) {
      const known = new Set(old.status?.reservedFor?.map((one) => JSON.stringify(one)));
      if (!reservedFor!.every((one) => known.has(JSON.stringify(one)))) {
        const detail = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
        problems.push(forbiddenField(path, detail));
      }
    }
  }
  deviceStatusProblems(devices, allocation, 'status.devices', problems);
  if (allocation === undefined) return;
  if (old.status?.allocation !== undefined) {
    unchanged(allocation, old.status.allocation, 'status.allocation', problems);
  } else allocationProblems(allocation, requestNames(next.spec?.devices?.requests), 'status.allocation', problems);
}
