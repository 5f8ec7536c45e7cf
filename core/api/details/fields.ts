import type { ResourceDefinition } from '#core/api/definition';
import type { Json } from '#core/base';
import type { KubeObject } from '#core/machinery/object';

type Selectable = NonNullable<ResourceDefinition['selectableFields']>;

/** The text of a scalar at a path; '' where there is none. */
function textAt(object: KubeObject, path: readonly string[]): string {
  let value = object as unknown as Json | undefined;
  for (const name of path) {
    value =
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as { readonly [field: string]: Json })[name]
        : undefined;
  }
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

const plain = (...names: readonly string[]): Selectable =>
  Object.fromEntries(
    names.map((name) => {
      const path = name.split('.');
      return [name, (object: KubeObject) => textAt(object, path)];
    }),
  );

/** Booleans say `false` where they are not set. */
const flag = (name: string): Selectable => {
  const path = name.split('.');
  return { [name]: (object) => textAt(object, path) || 'false' };
};

const podIps = (object: KubeObject): string =>
  (object as unknown as { readonly status?: { readonly podIPs?: readonly { readonly ip?: string }[] } }).status
    ?.podIPs?.[0]?.ip ?? textAt(object, ['status', 'podIP']);

/** The reporter of an event, whichever of its two fields holds it. */
const eventSource = (object: KubeObject): string =>
  textAt(object, ['source', 'component']) || textAt(object, ['reportingComponent']);

const events: Selectable = {
  ...plain(
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'type',
  ),
  source: eventSource,
};

/** Both groups' events lie in the store in the form of the core group; events.k8s.io calls their fields otherwise. */
const newerEvents: Selectable = Object.fromEntries(
  Object.entries(events)
    .filter(([name]) => name !== 'source')
    .map(([name, read]) => [
      name === 'reportingComponent' ? 'reportingController' : name.replace('involvedObject.', 'regarding.'),
      read,
    ]),
);

/** Fields by which lists and watches can be narrowed, beyond name and namespace. Upstream: pkg/apis/GROUP/VERSION/conversion.go. */
export const selectableFields: Readonly<Record<string, Selectable>> = {
  '/pods': {
    ...plain(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    ...flag('spec.hostNetwork'),
    'status.podIPs': podIps,
  },
  '/nodes': flag('spec.unschedulable'),
  '/namespaces': plain('status.phase'),
  '/secrets': plain('type'),
  '/services': plain('spec.clusterIP', 'spec.type'),
  '/replicationcontrollers': plain('status.replicas'),
  '/events': events,
  'events.k8s.io/events': newerEvents,
  'batch/jobs': plain('status.successful'),
  'certificates.k8s.io/certificatesigningrequests': plain('spec.signerName'),
  'certificates.k8s.io/clustertrustbundles': plain('spec.signerName'),
  'certificates.k8s.io/podcertificaterequests': plain('spec.signerName', 'spec.podName', 'spec.nodeName'),
  'resource.k8s.io/resourceslices': plain('spec.nodeName', 'spec.driver'),
};
