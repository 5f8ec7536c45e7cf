import { deviceClasses, resourceClaims } from '#core/api/tokens';
import type { KubeObject } from '#core/machinery/object';
import { NAMESPACE, podOf, type Thing } from '../world.ts';
import type { Case } from './case.ts';

const deviceClass: Thing = {
  of: deviceClasses,
  object: { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'none' }, spec: {} } as KubeObject,
};
const claim: Thing = {
  of: resourceClaims,
  object: {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c', namespace: NAMESPACE },
    spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'none' } }] } },
  } as KubeObject,
};
const using = (more: object) =>
  podOf('p', {
    spec: {
      resourceClaims: [{ name: 'd', ...more }],
      containers: [{ name: 'c', image: 'i', resources: { claims: [{ name: 'd' }] } }],
    },
  });

/** Pods that claim devices. No node has any. */
export const devices: readonly Case[] = [
  { it: 'a device claim that is absent', pods: [using({ resourceClaimName: 'absent' })] },
  { it: 'a device claim that nobody has made of its template', pods: [using({ resourceClaimTemplateName: 't' })] },
  {
    it: 'a device claim that nothing can serve',
    things: [deviceClass, claim],
    pods: [using({ resourceClaimName: 'c' })],
  },
];
