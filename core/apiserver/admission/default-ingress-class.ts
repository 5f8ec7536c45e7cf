import type { Ingress, IngressClass } from '#core/api/types';
import type { AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { newestDefault } from './default-class.ts';
import type { AdmissionParts } from './parts.ts';
import { isOf } from './refuse.ts';

const GROUP = 'networking.k8s.io';

/** An Ingress that names no class gets the default one. Upstream: plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass = ({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin => ({
  name: 'DefaultIngressClass',
  handles: (operation, definition, subresource) =>
    operation === 'CREATE' && isOf(definition, GROUP, 'ingresses') && subresource === '',
  admit({ object }) {
    const ingress = object as Ingress;
    if (ingress.spec?.ingressClassName !== undefined) return object;
    if (ingress.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return object;
    const found = newestDefault(stored.list<IngressClass>(GROUP, 'ingressclasses'), [
      'ingressclass.kubernetes.io/is-default-class',
    ]);
    return found === undefined
      ? object
      : ({ ...ingress, spec: { ...ingress.spec, ingressClassName: found } } as KubeObject);
  },
});
