import {
  byPreference,
  type ResourceDefinition,
  type ServedVersion,
  type StoredForm,
  type Subresource,
  type Verb,
} from '#core/api/definition';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
  SelectableField,
} from '#core/api/types';
import type { JsonObject } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import { apiVersionOf, type KubeObject, parseApiVersion } from '#core/machinery/object';
import { filled, normalise, type ObjectSchema } from '#core/machinery/schema';
import { internalError, isStatusError } from '#core/machinery/status';
import { goText } from '#core/machinery/values';
import { customColumns } from './columns.ts';
import { jsonPath } from './json-path.ts';
import { publishedOf } from './published.ts';
import { structuralSchema } from './schema.ts';
import { customStrategy } from './strategy.ts';

const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const PARTIAL: readonly Verb[] = ['get', 'patch', 'update'];
const SCALE: Subresource = {
  name: 'scale',
  verbs: PARTIAL,
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
};

/** Has somebody else convert objects: in the same order, of that version, valid or the promise is rejected with a StatusError. */
export type Convert = (
  crd: CustomResourceDefinition,
  objects: readonly KubeObject[],
  apiVersion: string,
) => Promise<readonly KubeObject[]>;

const LAX: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export const isTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') === true;

const propsOf = ({ schema }: CustomResourceDefinitionVersion): JSONSchemaProps => schema?.openAPIV3Schema ?? LAX;

/**
 * The resource that a definition makes, in the names that it was granted; every version has its own ways. Upstream:
 * apiextensions-apiserver/pkg/apiserver/customresource_handler.go.
 */
export function customDefinition(crd: CustomResourceDefinition, tools: Tools, convert?: Convert): ResourceDefinition {
  const { spec, status, metadata } = crd;
  const { group, conversion } = spec;
  const names = status?.acceptedNames ?? spec.names;
  const { plural, singular = '', kind, listKind = `${kind}List` } = names;
  const retiring = isTrue(crd, 'Terminating');
  const all = spec.versions.toSorted((left, right) => byPreference(left.name, right.name));
  const storageVersion = all.find(({ storage }) => storage)?.name ?? all[0]!.name;
  const schemas = new Map<string, ObjectSchema>();
  const schemaFor = (version: CustomResourceDefinitionVersion): ObjectSchema => {
    let schema = schemas.get(version.name);
    if (schema === undefined) schemas.set(version.name, (schema = structuralSchema(propsOf(version))));
    return schema;
  };

  const isForeign = conversion?.strategy === 'Webhook';
  /** What a webhook made of objects, by version. */
  const foreign = new WeakMap<KubeObject, Map<string, KubeObject>>();
  const ask = async (objects: readonly KubeObject[], name: string): Promise<void> => {
    const wanted = apiVersionOf(group, name);
    const asked = [...new Set(objects)].filter(
      (one) => one.apiVersion !== wanted && foreign.get(one)?.has(name) !== true,
    );
    if (asked.length === 0) return;
    if (convert === undefined) throw internalError(`conversion webhook for ${kind}.${group} cannot be called`);
    const converted = await convert(crd, asked, wanted);
    for (const [i, one] of asked.entries()) {
      const known = foreign.get(one) ?? new Map<string, KubeObject>();
      foreign.set(one, known.set(name, converted[i]!));
    }
  };

  const inForm = (object: KubeObject, name: string): KubeObject => {
    const version = all.find((one) => one.name === name);
    if (version === undefined) return object;
    const wanted = apiVersionOf(group, name);
    const { version: from } = parseApiVersion(object.apiVersion);
    const converted =
      object.apiVersion === wanted
        ? object
        : isForeign
          ? foreign.get(object)?.get(name)
          : { ...object, apiVersion: wanted };
    if (converted === undefined) throw internalError(`${kind}.${group} was not converted from ${from} to ${name}`);
    return normalise(schemaFor(version), converted as unknown as JsonObject).value as unknown as KubeObject;
  };

  const storedForm = (version: CustomResourceDefinitionVersion): StoredForm => {
    const known = new WeakMap<KubeObject, KubeObject>();
    return {
      read(object) {
        let found = known.get(object);
        if (found === undefined) {
          const read = inForm(object, version.name) as unknown as JsonObject;
          found = filled(schemaFor(version), read) as unknown as KubeObject;
          known.set(object, found);
          known.set(found, found);
        }
        return found;
      },
      write: (object) => inForm(object, storageVersion),
      ...(isForeign
        ? {
            prepare: {
              read: (objects: readonly KubeObject[]) => ask(objects, version.name),
              write: (object: KubeObject) => ask([object], storageVersion),
            },
          }
        : {}),
    };
  };

  const ownOf = (version: CustomResourceDefinitionVersion): ResourceDefinition => {
    const { subresources = {}, selectableFields, additionalPrinterColumns } = version;
    const stored = storedForm(version);
    const columns = customColumns(additionalPrinterColumns, stored.read);
    return {
      ...definition,
      storageVersion: version.name,
      storedVersion: storageVersion,
      subresources: [
        ...(subresources.status === undefined ? [] : [{ name: 'status', verbs: PARTIAL }]),
        ...(subresources.scale === undefined ? [] : [SCALE]),
      ],
      strategy: customStrategy({
        group,
        resource: plural,
        props: propsOf(version),
        schema: schemaFor(version),
        subresources,
        retiring,
        tools,
      }),
      ...(selectableFields === undefined ? {} : { selectableFields: selectable(selectableFields, stored.read) }),
      columns: () => columns,
      stored,
    };
  };

  const versions = all.map((version): ServedVersion => {
    let own: ResourceDefinition | undefined;
    const deprecated = deprecationOf(version, all, group, spec.names.kind);
    return {
      version: version.name,
      served: version.served,
      get schema() {
        return schemaFor(version);
      },
      published: publishedOf(version),
      get own() {
        return (own ??= ownOf(version));
      },
      ...(deprecated === undefined ? {} : { deprecated }),
    };
  });
  const definition: ResourceDefinition = {
    group,
    resource: plural,
    singular,
    kind,
    listKind,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    verbs: VERBS,
    versions,
    storageVersion,
    storage: `${group}/${plural}/`,
    subresources: [],
    strategy: {},
    // What a webhook converts is compared as if all versions were alike.
    ...(isForeign ? {} : { convert: inForm }),
    edition: `${metadata.uid ?? ''}.${metadata.generation ?? 0}.${kind}`,
    ...(retiring ? { retiring } : {}),
  };
  return definition;
}

/** In the version of the request, or as it lies where it was not converted. */
function readOr(read: (object: KubeObject) => KubeObject, object: KubeObject): KubeObject {
  try {
    return read(object);
  } catch (failure) {
    if (isStatusError(failure)) return object;
    throw failure;
  }
}

function selectable(
  fields: readonly SelectableField[],
  read: (object: KubeObject) => KubeObject,
): NonNullable<ResourceDefinition['selectableFields']> {
  return Object.fromEntries(
    fields.map(({ jsonPath: path }) => {
      const find = jsonPath(path);
      return [
        path.replace(/^\./, ''),
        (object: KubeObject) => {
          const [found] = find?.(readOr(read, object) as never) ?? [];
          return found === undefined || found === null ? '' : goText(found);
        },
      ];
    }),
  );
}

/** What clients are warned of; without a text of its own a version names the one to use instead. */
function deprecationOf(
  { name, deprecated, deprecationWarning }: CustomResourceDefinitionVersion,
  all: readonly CustomResourceDefinitionVersion[],
  group: string,
  kind: string,
): string | undefined {
  if (deprecated !== true) return undefined;
  if (deprecationWarning !== undefined) return deprecationWarning;
  const better = all.find((one) => one.served && one.deprecated !== true && byPreference(one.name, name) < 0);
  const text = `${group}/${name} ${kind} is deprecated`;
  return better === undefined ? text : `${text}; use ${group}/${better.name} ${kind}`;
}
