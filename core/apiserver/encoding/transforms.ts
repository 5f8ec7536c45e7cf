import { builtInSchemas } from '#core/api/definition';
import type { JsonObject } from '#core/base';
import type { KubeObject, ListMeta, ObjectMeta } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';
import { badRequest } from '#core/machinery/status';
import type { Endpoint } from '../context.ts';
import { isCustom, metaWith } from './emit.ts';
import type { Transform } from './media.ts';

/** What a Table's rows hold of their objects: `None`, `Metadata` (default) or `Object`. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** Reads `includeObject`. Throws a StatusError (400). */
export function includeObjectOf(text: string): IncludeObject {
  if (text === '') return 'Metadata';
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** Upstream keeps this annotation in the spec, so it is no part of a DaemonSet's metadata. */
const GENERATION = 'deprecated.daemonset.template.generation';

/** Whether the metadata of a kind's objects is what lies in the store, in the order in which built-ins write it. */
export const isMetadataWhole = ({ definition }: Endpoint): boolean =>
  !isCustom(definition) && definition.edition === undefined && definition.kind !== 'DaemonSet';

/** The object's metadata alone, in the order in which built-ins write it. */
export const partialOf = (object: KubeObject, version: string, { definition }: Endpoint): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata:
    object.kind === 'DaemonSet'
      ? withoutGeneration(object.metadata)
      : definition.edition === undefined
        ? object.metadata
        : inFieldOrder(object.metadata),
});

function inFieldOrder(metadata: ObjectMeta): ObjectMeta {
  const schema = builtInSchemas.kind('meta.k8s.io', 'v1', 'PartialObjectMetadata');
  return schema === undefined
    ? metadata
    : (normalise(schema, { metadata } as unknown as JsonObject).value['metadata'] as unknown as ObjectMeta);
}

function withoutGeneration(metadata: ObjectMeta): ObjectMeta {
  if (metadata.annotations?.[GENERATION] === undefined) return metadata;
  const { [GENERATION]: _, ...annotations } = metadata.annotations;
  return metaWith(metadata, { annotations: Object.keys(annotations).length === 0 ? undefined : annotations });
}

/** Makes the Table of some objects of a kind; columns only where asked. */
export type TableMaker = (
  endpoint: Endpoint,
  objects: readonly KubeObject[],
  options: {
    readonly version: string;
    readonly metadata: ListMeta;
    readonly include: IncludeObject;
    /** Later events of a watch leave the columns out. */
    readonly columns: boolean;
  },
) => KubeObject;

/** One object as a Table, or as its metadata. */
export function transformObject(
  table: TableMaker,
  endpoint: Endpoint,
  object: KubeObject,
  as: Transform,
  include: IncludeObject,
  columns = true,
): KubeObject {
  if (as.kind !== 'Table') return partialOf(object, as.version, endpoint);
  const { resourceVersion } = object.metadata;
  const metadata = resourceVersion === undefined ? {} : { resourceVersion };
  return table(endpoint, [object], { version: as.version, metadata, include, columns });
}
