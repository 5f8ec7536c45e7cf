import type { Binding, Node, Pod } from '#core/api/types';
import type { AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import type { AdmissionParts } from './parts.ts';
import { isOf } from './refuse.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** A pod that is bound to a node bears the node's zone and region. Upstream: plugin/pkg/admission/podtopologylabels. */
export const podTopologyLabels = ({ stored, gates }: Pick<AdmissionParts, 'stored' | 'gates'>): AdmissionPlugin => ({
  name: 'PodTopologyLabels',
  handles: (operation, definition, subresource) =>
    operation === 'CREATE' &&
    isOf(definition, '', 'pods') &&
    (subresource === '' || subresource === 'binding') &&
    gates.enabled('PodTopologyLabelsAdmission'),
  admit({ object, subresource }) {
    const name = subresource === 'binding' ? bindingTarget(object as Binding) : (object as Pod).spec?.nodeName;
    const node = name ? stored.get<Node>('', 'nodes', '', name) : undefined;
    const found = Object.entries(node?.metadata.labels ?? {}).filter(([key]) => LABELS.includes(key));
    if (found.length === 0) return object;
    const metadata = object!.metadata ?? {};
    return {
      ...object!,
      metadata: { ...metadata, labels: { ...metadata.labels, ...Object.fromEntries(found) } },
    } as KubeObject;
  },
});

const bindingTarget = ({ target }: Binding) => (target.kind === 'Node' ? target.name : undefined);
