import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits, withField } from '#core/api/strategy';
import type { Namespace } from '#core/api/types';
import type { Json } from '#core/base';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const FINALIZER = 'kubernetes';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Namespace', ...traits['/namespaces'] });

/** Selectors find a namespace by this label; nobody may take it away. */
function labelled(namespace: Namespace): Namespace {
  const { name = '', labels } = namespace.metadata;
  if (labels?.[NAME_LABEL] === name) return namespace;
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
}

/** Upstream: pkg/registry/core/namespace/strategy.go. */
export const namespaceStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => {
    const namespace = generic.prepareForCreate!(object, context) as Namespace;
    const finalizers = namespace.spec?.finalizers ?? [];
    const all = finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER];
    return labelled({ ...namespace, spec: { ...namespace.spec, finalizers: all } });
  },
  prepareForUpdate: (next, old, context) => {
    const spec = (old as Namespace).spec as unknown as Json | undefined;
    switch (context.subresource) {
      case 'status':
        return generic.prepareForUpdate!(next, old, context);
      case 'finalize':
        return withField(next, 'status', (old as Namespace).status as unknown as Json | undefined);
      default:
        return labelled(generic.prepareForUpdate!(withField(next, 'spec', spec), old, context) as Namespace);
    }
  },
  resetFields: { '': [['status']], status: [['spec']], finalize: [['status']] },
};
