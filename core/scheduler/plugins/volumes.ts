import { nodeTerms } from '#core/api/pods';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '#core/api/types/core/v1';
import type { PodInfo } from '../snapshot.ts';
import { type Plugin, refusal } from './plugin.ts';

/** Claims and volumes as the API server has them. */
export interface Volumes {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** Whether a class binds its claims only once a pod uses them. */
  waitsForConsumer(storageClass: string): boolean;
  /** How many volumes of a driver a node takes at once. */
  attachable(node: string, driver: string): number | undefined;
}

export const noVolumes: Volumes = {
  claim: () => undefined,
  volume: () => undefined,
  waitsForConsumer: () => false,
  attachable: () => undefined,
};

interface Use {
  readonly name: string;
  /** Made for this pod by the ephemeral volume controller. */
  readonly ephemeral: boolean;
}

const usesOf = ({ metadata, spec }: Pod): readonly Use[] => {
  const found: Use[] = [];
  for (const { name, persistentVolumeClaim, ephemeral } of spec.volumes ?? []) {
    if (persistentVolumeClaim !== undefined) found.push({ name: persistentVolumeClaim.claimName, ephemeral: false });
    else if (ephemeral !== undefined) found.push({ name: `${metadata.name}-${name}`, ephemeral: true });
  }
  return found;
};

const BOUND = 'pv.kubernetes.io/bind-completed';
const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  (spec?.volumeName ?? '') !== '' && Object.hasOwn(metadata.annotations ?? {}, BOUND);

function problemOf(pod: Pod, { name, ephemeral }: Use, { claim, waitsForConsumer }: Volumes): string | undefined {
  const found = claim(pod.metadata.namespace ?? '', name);
  if (found === undefined) {
    return ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`;
  }
  if (found.status?.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${found.spec?.volumeName ?? ''}"`;
  }
  if (found.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
  if (ephemeral && !(found.metadata.ownerReferences ?? []).some(({ uid }) => uid === pod.metadata.uid)) {
    return `PVC ${pod.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`;
  }
  if (isBound(found)) return undefined;
  return waitsForConsumer(found.spec?.storageClassName ?? '')
    ? undefined
    : 'pod has unbound immediate PersistentVolumeClaims';
}

const NO_VOLUME = refusal('VolumeBinding', false, "node(s) didn't find available persistent volumes to bind");
const ELSEWHERE = refusal('VolumeBinding', false, "node(s) didn't match PersistentVolume's node affinity");

/** A pod waits until its claims are bound, and goes only where its volumes can be. Upstream: pkg/scheduler/framework/plugins/volumebinding. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  turnsAway({ pod }, { volumes }) {
    for (const use of usesOf(pod)) {
      const problem = problemOf(pod, use, volumes);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
  filter({ pod }, { volumes, slots }) {
    const uses = usesOf(pod);
    if (uses.length === 0) return undefined;
    const used = uses.map(({ name }) => volumes.claim(pod.metadata.namespace ?? '', name));
    // Binding on first use is not built: no volume is looked for, so none is found.
    if (used.some((one) => one !== undefined && !isBound(one))) return { check: () => NO_VOLUME };
    const places = used.flatMap((one) => {
      const terms = volumes.volume(one?.spec?.volumeName ?? '')?.spec?.nodeAffinity?.required?.nodeSelectorTerms;
      return terms === undefined ? [] : [nodeTerms(terms)];
    });
    if (places.length === 0) return undefined;
    return { check: (place) => (places.every((matches) => matches(slots[place]!)) ? undefined : ELSEWHERE) };
  },
  wakes: ['nodeAdded', 'nodeChanged', 'volumesChanged'],
};

const FULL = refusal('NodeVolumeLimits', true, 'node(s) exceed max volume count');

/** The volumes of CSI drivers that a pod uses: `handle -> driver`. */
function attachedBy(pod: Pod, { claim, volume }: Volumes): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name } of usesOf(pod)) {
    const csi = volume(claim(pod.metadata.namespace ?? '', name)?.spec?.volumeName ?? '')?.spec?.csi;
    if (csi !== undefined) found.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
  }
  return found;
}

/**
 * A node takes only so many volumes of a driver. Volumes that are still attached though no pod uses them are not counted.
 * Upstream: pkg/scheduler/framework/plugins/nodevolumelimits.
 */
export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  filter({ pod }, { volumes, slots }) {
    const wanted = attachedBy(pod, volumes);
    if (wanted.size === 0) return undefined;
    const drivers = new Set(wanted.values());
    return {
      check(place) {
        const { name, pods } = slots[place]!;
        for (const driver of drivers) {
          const limit = volumes.attachable(name, driver);
          if (limit === undefined) continue;
          const there = new Map<string, string>();
          for (const other of pods.values()) {
            if ((other.pod.spec.volumes ?? []).length === 0) continue;
            for (const [handle, its] of attachedBy(other.pod, volumes)) if (its === driver) there.set(handle, its);
          }
          let more = 0;
          for (const [handle, its] of wanted) if (its === driver && !there.has(handle)) more++;
          if (more > 0 && there.size + more > limit) return FULL;
        }
        return undefined;
      },
    };
  },
  wakes: ['nodeAdded', 'podRemoved', 'volumesChanged'],
};

const LEGACY_ZONES = ['failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region'];
const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];
const OTHER_ZONE = refusal('VolumeZone', false, 'node(s) had no available volume zone');

const labelOf = (labels: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;

/** Volumes labelled with zones are used there. Upstream: pkg/scheduler/framework/plugins/volumezone. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  turnsAway({ pod }, { volumes }) {
    for (const { name } of usesOf(pod)) {
      const volume = volumes.claim(pod.metadata.namespace ?? '', name)?.spec?.volumeName ?? '';
      if (volume !== '' && volumes.volume(volume) === undefined) return `persistentvolume "${volume}" not found`;
    }
    return undefined;
  },
  filter({ pod }, { volumes, slots }) {
    const wanted: { readonly key: string; readonly later: string; readonly values: readonly string[] }[] = [];
    for (const { name } of usesOf(pod)) {
      const claim = volumes.claim(pod.metadata.namespace ?? '', name);
      const labels = volumes.volume(claim?.spec?.volumeName ?? '')?.metadata.labels;
      for (const [index, later] of TOPOLOGY.entries()) {
        for (const key of [LEGACY_ZONES[index]!, later]) {
          const value = labelOf(labels, key);
          // Several zones are parted so: `a__b`.
          if (value !== undefined) wanted.push({ key, later, values: value.split('__') });
        }
      }
    }
    if (wanted.length === 0) return undefined;
    return {
      check(place) {
        const { labels } = slots[place]!;
        // A node that lies nowhere lies everywhere.
        if (![...LEGACY_ZONES, ...TOPOLOGY].some((key) => Object.hasOwn(labels, key))) return undefined;
        const fits = wanted.every(({ key, later, values }) =>
          values.includes(labelOf(labels, key) ?? labelOf(labels, later) ?? ''),
        );
        return fits ? undefined : OTHER_ZONE;
      },
    };
  },
  wakes: ['nodeAdded', 'nodeChanged', 'volumesChanged'],
};

const ALONE = refusal(
  'VolumeRestrictions',
  true,
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
);

const uses = ({ pod }: PodInfo, namespace: string, claim: string): boolean =>
  (pod.spec.volumes ?? []).length > 0 &&
  pod.metadata.namespace === namespace &&
  usesOf(pod).some(({ name }) => name === claim);

/** Upstream: pkg/scheduler/framework/plugins/volumerestrictions: a claim that one pod alone may use. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  filter({ pod }, snapshot) {
    const namespace = pod.metadata.namespace ?? '';
    const alone = usesOf(pod).filter(({ name }) =>
      snapshot.volumes.claim(namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod'),
    );
    if (alone.length === 0) return undefined;
    let users = 0;
    for (const { name } of alone) {
      const counts = snapshot.tallies.count(`claim ${namespace}/${name}`, (info) => uses(info, namespace, name));
      for (const count of counts.values()) users += count;
    }
    return {
      check: () => (users > 0 ? ALONE : undefined),
      change(info, _place, sign) {
        for (const { name } of alone) if (uses(info, namespace, name)) users += sign;
      },
    };
  },
  wakes: ['podRemoved', 'volumesChanged'],
};
