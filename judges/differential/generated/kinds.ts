import { builtInDefinitions, type Subresource, type Verb } from '#core/api/definition';
import type { ObjectSchema } from '#core/machinery/schema';
import { skeletons } from './skeletons.ts';

/** The namespace of the cases; quotas and limits have one of their own, where they limit nobody. */
export const NAMESPACE = 'generated';
export const LIMITED = 'generated-limits';

/** One kind in one version, as it is served by default. */
export interface Kind {
  /** `apps/v1 Deployment`, as in the table of skeletons. */
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: ObjectSchema;
  /** Path of the collection. */
  readonly collection: string;
  readonly namespace?: string;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** The names that the kind's objects may have; the n-th. */
  readonly nameOf: (n: number) => string;
  /**
   * `free`: objects may be stored and changed in any way without touching other cases. `metadata`: stored ones may change
   * in their metadata only. `never`: none may be stored; the server itself writes to them, or other cases would see them.
   */
  readonly stored: 'free' | 'metadata' | 'never';
  /** How many more cases than others it gets. */
  readonly weight: number;
}

const metadataOnly = new Set([
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'MutatingAdmissionPolicy',
  'ValidatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicyBinding',
  'PriorityClass',
]);
const never = new Set(['CustomResourceDefinition', 'APIService', 'FlowSchema', 'PriorityLevelConfiguration']);
const weights: Readonly<Record<string, number>> = {
  Pod: 4,
  Deployment: 2.5,
  Service: 2.5,
  StatefulSet: 1.5,
  Job: 1.5,
  PersistentVolumeClaim: 1.5,
  Ingress: 1.2,
  Node: 1.2,
  PersistentVolume: 1.2,
};

const names: Readonly<Record<string, (n: number) => string>> = {
  APIService: () => 'v1.none.example.com',
  CustomResourceDefinition: () => 'things.none.example.com',
  IPAddress: (n) => `10.77.${Math.floor(n / 250) % 250}.${(n % 250) + 1}`,
};

/** Every kind that has a skeleton and can be created, in the order of the table. */
export function kinds(): readonly Kind[] {
  const found = new Map<string, Kind>();
  for (const one of builtInDefinitions())
    for (const { version, served, schema } of one.versions) {
      const apiVersion = one.group === '' ? version : `${one.group}/${version}`;
      const id = `${apiVersion} ${one.kind}`;
      if (!served || skeletons[id] === undefined) continue;
      const limited = one.kind === 'ResourceQuota' || one.kind === 'LimitRange';
      const namespace = one.namespaced ? (limited ? LIMITED : NAMESPACE) : undefined;
      const root = one.group === '' ? `/api/${version}` : `/apis/${one.group}/${version}`;
      found.set(id, {
        id,
        apiVersion,
        kind: one.kind,
        schema,
        collection: `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${one.resource}`,
        ...(namespace === undefined ? {} : { namespace }),
        verbs: one.verbs,
        subresources: one.subresources,
        nameOf: names[one.kind] ?? ((n) => `${one.kind.toLowerCase().slice(0, 20)}-${n}`),
        stored:
          !one.verbs.includes('update') || never.has(one.kind)
            ? 'never'
            : metadataOnly.has(one.kind)
              ? 'metadata'
              : 'free',
        weight: one.verbs.includes('update') ? (weights[one.kind] ?? 1) : 0.5,
      });
    }
  return Object.keys(skeletons).map((id) => {
    const kind = found.get(id);
    if (kind === undefined) throw new Error(`no kind for the skeleton of ${id}`);
    return kind;
  });
}
