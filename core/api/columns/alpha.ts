import type { DeviceTaintRule, PodGroup, ResourcePoolStatusRequest, ResourceSlice } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { listed, since } from '#core/machinery/table';
import { age, isTrue, nameOf, orUnset, show } from './kit.ts';

/** Of resource.k8s.io; the core group has a part of a pod by that name. */
interface ResourceClaim extends KubeObject {
  readonly status?: { readonly allocation?: object; readonly reservedFor?: readonly object[] };
}

function claimState({ metadata, status }: ResourceClaim): string {
  const deleted = metadata.deletionTimestamp !== undefined;
  if (status?.allocation === undefined) return deleted ? 'deleted' : 'pending';
  const reserved = (status.reservedFor?.length ?? 0) > 0;
  return [...(deleted ? ['deleted'] : []), 'allocated', ...(reserved ? ['reserved'] : [])].join();
}

export const resourceClaims = show<ResourceClaim>(['Name', 'State', 'Age'], (object, now) => [
  nameOf(object),
  claimState(object),
  age(object, now),
]);

export const resourceSlices = show<ResourceSlice>(['Name', 'Node', 'Driver', 'Pool', 'Age'], (object, now) => {
  const { spec } = object;
  return [nameOf(object), spec?.nodeName ?? '', spec?.driver ?? '', spec?.pool?.name ?? '', age(object, now)];
});

export const deviceTaintRules = show<DeviceTaintRule>(
  ['Name', 'Key', 'Value', 'Effect', 'TimeAdded', 'Age'],
  (object, now) => {
    const taint = object.spec?.taint;
    return [
      nameOf(object),
      taint?.key ?? '',
      taint?.value ?? '',
      taint?.effect ?? '',
      taint?.timeAdded === undefined ? '' : since(taint.timeAdded, now),
      age(object, now),
    ];
  },
);

const SUMS = ['totalDevices', 'availableDevices', 'allocatedDevices', 'unavailableDevices'] as const;

export const resourcePoolStatusRequests = show<ResourcePoolStatusRequest>(
  ['Name', 'Driver', 'Total', 'Available', 'Allocated', 'Unavailable', 'Errors', 'Pools#', 'Status', 'Completed'],
  (object, now) => {
    const { spec, status } = object;
    const decided = status?.conditions?.find(
      ({ type, status: is }) => is === 'True' && (type === 'Complete' || type === 'Failed'),
    );
    const pools = status?.pools ?? [];
    const count = status?.poolCount ?? 0;
    const counts = status === undefined || decided?.type === 'Failed' ? undefined : SUMS;
    const cells = counts?.map((name) => String(pools.reduce((sum, pool) => sum + (pool[name] ?? 0), 0))) ?? [
      '-',
      '-',
      '-',
      '-',
    ];
    const partial = decided?.type === 'Complete' && count > pools.length;
    return [
      nameOf(object),
      spec?.driver ?? '',
      ...cells,
      counts === undefined ? '-' : String(pools.filter(({ validationError }) => validationError !== undefined).length),
      count,
      partial ? `Complete (${pools.length}/${count} pools)` : (decided?.type ?? 'Pending'),
      decided?.type === 'Complete' ? since(decided.lastTransitionTime, now) : '<none>',
    ];
  },
);

export const podGroups = show<PodGroup>(['Name', 'Policy', 'Workload', 'Status', 'Age'], (object, now) => {
  const { spec, status } = object;
  const disrupted = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodGroupScheduled');
  const state = scheduled === undefined ? 'Pending' : scheduled.status === 'True' ? 'Scheduled' : 'Unschedulable';
  return [
    nameOf(object),
    spec?.schedulingPolicy?.gang === undefined ? 'Basic' : 'Gang',
    spec?.podGroupTemplateRef?.workload?.workloadName ?? '<none>',
    disrupted?.reason ?? state,
    age(object, now),
  ];
});

interface StorageVersion extends KubeObject {
  readonly status?: {
    readonly commonEncodingVersion?: string;
    readonly storageVersions?: readonly { readonly apiServerID?: string; readonly encodingVersion?: string }[];
  };
}

export const storageVersions = show<StorageVersion>(
  ['Name', 'CommonEncodingVersion', 'StorageVersions', 'Age'],
  (object, now) => {
    const all = (object.status?.storageVersions ?? []).map(
      ({ apiServerID, encodingVersion }) => `${apiServerID}=${encodingVersion}`,
    );
    return [nameOf(object), orUnset(object.status?.commonEncodingVersion), listed(all, 3, '<unset>'), age(object, now)];
  },
);

interface Migration extends KubeObject {
  readonly spec?: { readonly resource?: { readonly group?: string; readonly resource?: string } };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const storageVersionMigrations = show<Migration>(['Name', 'Resource', 'Status'], (object) => {
  const { group = '', resource = '' } = object.spec?.resource ?? {};
  const state = ['Succeeded', 'Failed', 'Running'].find((type) => isTrue(object.status?.conditions, type));
  return [nameOf(object), group === '' ? resource : `${resource}.${group}`, state ?? 'Unknown'];
});
