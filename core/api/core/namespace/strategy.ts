import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits, withField } from '#core/api/strategy';
import type { Namespace } from '#core/api/types';
import type { Json } from '#core/base';
import { qualifiedNameProblems } from '#core/machinery/names';
import { invalid, type Problem } from '#core/machinery/status';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const FINALIZER = 'kubernetes';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Namespace', ...traits['/namespaces'] });

/** Selectors find a namespace by this label; nobody may take it away. */
function labelled(namespace: Namespace): Namespace {
  const { name = '', labels } = namespace.metadata;
  if (labels?.[NAME_LABEL] === name) return namespace;
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
}

/** Names without a prefix are Kubernetes' own, and it has but one. */
function finalizerProblems({ spec }: Namespace, inList: boolean): readonly Problem[] {
  return (spec?.finalizers ?? []).flatMap((finalizer, i) => {
    const path = `spec.finalizers${inList ? `[${i}]` : ''}`;
    const details = [...qualifiedNameProblems(finalizer)];
    if (!finalizer.includes('/') && finalizer !== FINALIZER) {
      details.push('name is neither a standard finalizer name nor is it fully qualified');
    }
    return details.map((detail) => invalid(path, finalizer, detail));
  });
}

function statusProblems({ metadata, status }: Namespace): readonly Problem[] {
  const phase = status?.phase ?? '';
  const [wanted, when] = metadata.deletionTimestamp === undefined ? ['Active', 'empty'] : ['Terminating', 'not empty'];
  if (phase === wanted) return [];
  return [invalid('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`)];
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
  validateCreate: (object) => finalizerProblems(object as Namespace, false),
  validateUpdate: (next, _old, { subresource }) => {
    if (subresource === 'status') return statusProblems(next as Namespace);
    return subresource === 'finalize' ? finalizerProblems(next as Namespace, true) : [];
  },
  resetFields: { '': [['status']], status: [['spec']], finalize: [['status']] },
};
