import type { KubeObject } from '#core/machinery/object';
import type { Query } from '../query.ts';

type Read = (values: readonly string[]) => unknown;

const text: Read = ([value = '']) => (value === '' ? undefined : value);
/** Anything but these is true, so that `?stdin` is. Upstream: apimachinery/pkg/runtime/converter.go, Convert_Slice_string_To_bool. */
const flag: Read = ([value = '']) => (['false', '0'].includes(value.toLowerCase()) ? undefined : true);
const texts: Read = (values) => values;
const numbers: Read = (values) => values.map(Number);

const STREAMS = { stdin: flag, stdout: flag, stderr: flag, tty: flag, container: text };

/** What a connecting subresource takes, in the order of its fields. Upstream: k8s.io/api/core/v1/types.go. */
const OPTIONS: Readonly<Record<string, { readonly kind: string; readonly fields: Readonly<Record<string, Read>> }>> = {
  'pods/exec': { kind: 'PodExecOptions', fields: { ...STREAMS, command: texts } },
  'pods/attach': { kind: 'PodAttachOptions', fields: STREAMS },
  'pods/portforward': { kind: 'PodPortForwardOptions', fields: { ports: numbers } },
  'pods/proxy': { kind: 'PodProxyOptions', fields: { path: text } },
  'services/proxy': { kind: 'ServiceProxyOptions', fields: { path: text } },
  'nodes/proxy': { kind: 'NodeProxyOptions', fields: { path: text } },
};

/** The object that admission sees of a connection: its options, read from the query. It has no metadata. */
export function connectOptions(resource: string, subresource: string, query: Query): KubeObject | undefined {
  const options = OPTIONS[`${resource}/${subresource}`];
  if (options === undefined) return undefined;
  const object: Record<string, unknown> = { kind: options.kind, apiVersion: 'v1' };
  for (const [field, read] of Object.entries(options.fields)) {
    const values = query.get(field) ?? [];
    const value = values.length === 0 ? undefined : read(values);
    if (value !== undefined) object[field] = value;
  }
  return object as unknown as KubeObject;
}
