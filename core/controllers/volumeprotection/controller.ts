import { persistentVolumeClaims, persistentVolumes, pods, volumeAttributesClasses } from '#core/api/tokens';
import type { Client, ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import { controller, objects, watches } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';
import { attributesOf, claimsOf, finalizersOf, FINALIZERS, holds } from './plan.ts';

/** Sets or takes the finalizer of one object, if it is time. */
async function protect<T extends KubeObject>(
  client: Client,
  of: ResourceToken<T>,
  object: T | undefined,
  finalizer: string,
  isUsed: (object: T) => boolean | Promise<boolean>,
): Promise<void> {
  if (object === undefined) return;
  const isLeaving = object.metadata.deletionTimestamp !== undefined;
  const finalizers = finalizersOf(object, finalizer, isLeaving && (await isUsed(object)));
  if (finalizers === undefined) return;
  try {
    await client.update(of, { ...object, metadata: { ...object.metadata, finalizers } });
  } catch (refused) {
    if (!isStatusError(refused, 'NotFound')) throw refused;
  }
}

const needed = (next: KubeObject | undefined): boolean => next !== undefined;

/** A claim stays while a pod uses it. Upstream: pkg/controller/volume/pvcprotection/pvc_protection_controller.go. */
export const claimProtectionController: ControllerDefinition = {
  name: 'persistentvolumeclaim-protection-controller',
  alias: 'pvc-protection',
  watches: [persistentVolumeClaims, pods],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('pvc-protection-controller');
    const claims = informers.get(persistentVolumeClaims);
    const podInformer = informers.get(pods);
    return controller({
      name: 'pvcprotection',
      sources: [
        objects(claims, needed),
        // That a pod begins to use a claim changes nothing.
        watches(podInformer, (next, previous) => {
          const pod = next ?? previous!;
          if (next !== undefined && next.metadata.deletionTimestamp === undefined) return [];
          return claimsOf(pod).map((name) => `${pod.metadata.namespace}/${name}`);
        }),
      ],
      reconcile: (key) =>
        protect(client, persistentVolumeClaims, claims.cache.get(key), FINALIZERS.claim, async (claim) => {
          const { namespace } = claim.metadata;
          for (const pod of podInformer.cache.values()) {
            if (pod.metadata.namespace === namespace && holds(pod, claim)) return true;
          }
          // The cache may be behind, and what is let go is lost.
          const { items } = await client.list(pods, { namespace });
          return items.some((pod) => holds(pod, claim));
        }),
      turns,
      log,
      metrics,
    });
  },
};

/** A volume stays while it is bound to a claim. Upstream: pkg/controller/volume/pvprotection/pv_protection_controller.go. */
export const volumeProtectionController: ControllerDefinition = {
  name: 'persistentvolume-protection-controller',
  alias: 'pv-protection',
  watches: [persistentVolumes],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('pv-protection-controller');
    const volumes = informers.get(persistentVolumes);
    return controller({
      name: 'pvprotection',
      sources: [objects(volumes, needed)],
      reconcile: (key) =>
        protect(
          client,
          persistentVolumes,
          volumes.cache.get(key),
          FINALIZERS.volume,
          ({ status }) => status?.phase === 'Bound',
        ),
      turns,
      log,
      metrics,
    });
  },
};

/** A class stays while a claim or a volume names it. Upstream: pkg/controller/volume/vacprotection/vac_protection_controller.go. */
export const attributesProtectionController: ControllerDefinition = {
  name: 'volumeattributesclass-protection-controller',
  alias: 'volumeattributesclass-protection-controller',
  watches: [volumeAttributesClasses, persistentVolumeClaims, persistentVolumes],
  start({ informers, turns, log, metrics, clientFor }) {
    const client = clientFor('volumeattributesclass-protection-controller');
    const classes = informers.get(volumeAttributesClasses);
    const claims = informers.get(persistentVolumeClaims);
    const volumes = informers.get(persistentVolumes);
    const isUsed = ({ metadata: { name = '' } }: KubeObject): boolean => {
      for (const claim of claims.cache.values()) if (attributesOf(claim).includes(name)) return true;
      for (const volume of volumes.cache.values()) if (attributesOf(volume).includes(name)) return true;
      return false;
    };
    return controller({
      name: 'vacprotection',
      sources: [
        objects(classes, needed),
        watches(claims, (_, previous) => attributesOf(previous)),
        watches(volumes, (_, previous) => attributesOf(previous)),
      ],
      reconcile: async (key) =>
        protect(client, volumeAttributesClasses, classes.cache.get(key), FINALIZERS.attributes, isUsed),
      turns,
      log,
      metrics,
    });
  },
};
