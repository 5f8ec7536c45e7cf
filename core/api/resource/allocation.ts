import { driverNameProblems, nodeSelectorProblems } from '#core/api/core';
import { conditionProblems } from '#core/api/rules';
import type { AllocatedDeviceStatus, AllocationResult, NetworkDeviceData } from '#core/api/types';
import { byteLength, parseRange } from '#core/machinery/names';
import { invalid, notSupported, type Problem, required, tooLong, tooMany } from '#core/machinery/status';
import { configurationProblems, MAX_CONFIGS, parametersProblems } from './configuration.ts';
import { bindingProblems } from './device.ts';
import { listProblems, setProblems } from './lists.ts';
import { labelNameProblems, poolNameProblems, referenceProblems, referencesProblems } from './names.ts';

const MAX_RESULTS = 32;
const MAX_CONDITIONS = 8;
const MAX_DATA = 10 * 1024;
const MAX_INTERFACE = 256;
const MAX_HARDWARE = 128;
const MAX_ADDRESSES = 16;
const SOURCES = ['FromClaim', 'FromClass'];
const UID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A UID, in an envelope, in braces, without hyphens. */
const LENGTHS = new Set([36, 45, 38, 32]);

function uidProblems(uid: string, path: string, problems: Problem[]): void {
  if (UID_FORM.test(uid)) {
    if (uid === uid.toLowerCase()) return;
    const detail =
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
    problems.push(invalid(path, uid, detail));
    return;
  }
  const length = byteLength(uid);
  const why = LENGTHS.has(length) ? 'invalid UUID format' : `invalid UUID length: ${length}`;
  problems.push(invalid(path, uid, `error validating uid: ${why}`));
}

/** What was allocated, once; `names` are the claim's requests. Upstream: pkg/apis/resource/validation/validation.go (validateAllocationResult). */
export function allocationProblems(
  { devices = {}, nodeSelector }: AllocationResult,
  names: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  listProblems(
    devices.results,
    MAX_RESULTS,
    (result, place) => {
      referenceProblems(result.request ?? '', names, `${place}.request`, problems);
      driverNameProblems(result.driver, `${place}.driver`, problems);
      poolNameProblems(result.pool, `${place}.pool`, problems);
      labelNameProblems(result.device, `${place}.device`, problems);
      bindingProblems(result.bindingConditions, result.bindingFailureConditions, place, problems);
      if (result.shareID !== undefined) uidProblems(result.shareID, `${place}.shareID`, problems);
    },
    `${path}.devices.results`,
    problems,
  );
  listProblems(
    devices.config,
    2 * MAX_CONFIGS,
    (one, place) => {
      const source: string = one.source ?? '';
      if (source === '') problems.push(required(`${place}.source`));
      else if (!SOURCES.includes(source)) problems.push(notSupported(`${place}.source`, source, SOURCES));
      referencesProblems(one.requests, names, `${place}.requests`, problems);
      configurationProblems(one, place, problems);
    },
    `${path}.devices.config`,
    problems,
  );
  if (nodeSelector !== undefined) nodeSelectorProblems(nodeSelector, `${path}.nodeSelector`, problems);
}

function networkProblems(
  { interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData,
  path: string,
  problems: Problem[],
) {
  if (byteLength(interfaceName) > MAX_INTERFACE) problems.push(tooLong(`${path}.interfaceName`, MAX_INTERFACE));
  if (byteLength(hardwareAddress) > MAX_HARDWARE) problems.push(tooLong(`${path}.hardwareAddress`, MAX_HARDWARE));
  const detail = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
  setProblems(
    ips,
    MAX_ADDRESSES,
    (address, place) => {
      if (parseRange(address) === undefined) problems.push(invalid(place, address, detail));
    },
    (address) => address,
    `${path}.ips`,
    problems,
  );
}

/** Which share of which device, as refusals show it. */
const shareOf = ({
  driver: Driver,
  pool: Pool,
  device: Device,
  shareID: ShareID = '',
}: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>) => ({ Driver, Pool, Device, ShareID });

/** What drivers say of devices: only of those that are allocated. */
export function deviceStatusProblems(
  list: readonly AllocatedDeviceStatus[] | undefined,
  allocation: AllocationResult | undefined,
  path: string,
  problems: Problem[],
): void {
  const allocated = new Set((allocation?.devices?.results ?? []).map((one) => JSON.stringify(shareOf(one))));
  setProblems(
    list,
    Number.POSITIVE_INFINITY,
    (one, place) => {
      driverNameProblems(one.driver, `${place}.driver`, problems);
      poolNameProblems(one.pool, `${place}.pool`, problems);
      labelNameProblems(one.device, `${place}.device`, problems);
      if (one.shareID !== undefined) uidProblems(one.shareID, `${place}.shareID`, problems);
      const share = shareOf(one);
      if (!allocated.has(JSON.stringify(share))) {
        problems.push(invalid(place, share, 'must be an allocated device in the claim'));
      }
      const conditions = one.conditions ?? [];
      if (conditions.length > MAX_CONDITIONS) {
        problems.push(tooMany(`${place}.conditions`, conditions.length, MAX_CONDITIONS));
      }
      conditionProblems(conditions, `${place}.conditions`, problems);
      if (one.data !== undefined) parametersProblems(one.data, MAX_DATA, `${place}.data`, problems);
      if (one.networkData !== undefined) networkProblems(one.networkData, `${place}.networkData`, problems);
    },
    shareOf,
    path,
    problems,
  );
}
