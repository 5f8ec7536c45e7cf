import type { Json } from '#core/base';
import type {
  EitherSchema,
  Field,
  ListSchema,
  MapSchema,
  ObjectSchema,
  ScalarSchema,
  ScalarType,
  Schema,
  Union,
} from './model.ts';

/** The schemas of kinds that are known from generated facts. Each package of facts is parsed, each definition built, on first use. */
export interface SchemaSource {
  /** `undefined` where there is no such kind. */
  kind(group: string, version: string, kind: string): ObjectSchema | undefined;
  /** By package and name: `core/v1.PodSpec`. Throws where there is none. */
  definition(reference: string): ObjectSchema;
  /** Kinds of one group and version; empty where it is unknown. */
  kinds(group: string, version: string): readonly string[];
}

/** `[name, type, protobuf tag or 0, flags, extras]`. Flags: p pointer, o omitempty, z omitzero, r required, w wrapped list. */
type FieldFacts = readonly [name: string, type: string, tag: number, flags: string, extras?: Extras];

interface Extras {
  readonly within?: readonly number[];
  readonly strategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly mergeKey?: string;
  readonly gate?: string;
  readonly go?: string;
  readonly embedded?: readonly string[];
  readonly list?: 'atomic' | 'set' | 'map';
  readonly keys?: readonly string[];
  readonly map?: 'atomic' | 'granular';
  readonly enum?: readonly Json[];
  readonly default?: Json;
}

interface DefinitionFacts {
  readonly fields: readonly FieldFacts[];
  readonly map?: 'atomic' | 'granular';
  readonly unions?: readonly {
    readonly discriminator?: string;
    readonly 'fields-to-discriminateBy': Readonly<Record<string, string>>;
  }[];
}

interface PackageFacts {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, DefinitionFacts>>;
}

/** An ObjectSchema while it is made: it may be reached again before it is complete. */
type Growing = { -readonly [K in keyof ObjectSchema]: ObjectSchema[K] };

const EITHER: Readonly<Record<string, EitherSchema['or']>> = {
  schemaOrBool: 'boolean',
  schemaOrArray: 'schemas',
  schemaOrStrings: 'strings',
};
const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
/** Types that hold any JSON, and their names in OpenAPI. */
const ANY: Readonly<Record<string, string>> = {
  rawExtension: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  json: `${JSON_SCHEMA}.JSON`,
  schemaOrBool: `${JSON_SCHEMA}.JSONSchemaPropsOrBool`,
  schemaOrArray: `${JSON_SCHEMA}.JSONSchemaPropsOrArray`,
  schemaOrStrings: `${JSON_SCHEMA}.JSONSchemaPropsOrStringArray`,
};
const NONE: Extras = {};

/** The Go package that holds a group's types: `rbac.authorization.k8s.io` lies in `rbac`. */
export const packageOfGroup = (group: string, version: string): string =>
  `${group === '' ? 'core' : group === 'internal.apiserver.k8s.io' ? 'apiserverinternal' : group.split('.', 1)[0]}/${version}`;

/** Where a package's definitions stand in OpenAPI. */
export function openApiName(home: string, name: string): string {
  const [group, version] = home.split('/');
  switch (group) {
    case 'meta':
      return `io.k8s.apimachinery.pkg.apis.meta.${version}.${name}`;
    case 'apiextensions':
      return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${name}`;
    case 'apiregistration':
      return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${name}`;
    default:
      return `io.k8s.api.${group}.${version}.${name}`;
  }
}

/** Reads facts as `tools/generate` writes them: JSON text by Go package. Does nothing until it is asked. */
export function schemaSource(facts: Readonly<Record<string, string>>): SchemaSource {
  const packages = new Map<string, PackageFacts | undefined>();
  const definitions = new Map<string, ObjectSchema>();
  const scalars = new Map<string, ScalarSchema>();

  const packageNamed = (home: string): PackageFacts | undefined => {
    if (!packages.has(home))
      packages.set(home, Object.hasOwn(facts, home) ? (JSON.parse(facts[home]!) as PackageFacts) : undefined);
    return packages.get(home);
  };

  const scalar = (type: string, enumeration?: readonly Json[]): ScalarSchema => {
    if (enumeration !== undefined) return { type: type as ScalarType, enum: enumeration };
    let known = scalars.get(type);
    if (known === undefined) {
      const or = EITHER[type];
      const name = ANY[type];
      known =
        or !== undefined
          ? { type: 'any', name: name!, either: { or, schema: definition('apiextensions/v1.JSONSchemaProps') } }
          : name === undefined
            ? { type: type as ScalarType }
            : { type: 'any', name };
      scalars.set(type, known);
    }
    return known;
  };

  const schemaOf = (type: string, home: string, extras: Extras, wrapped: boolean): Schema => {
    if (type.startsWith('wrapped')) return schemaOf(type.slice(7), home, extras, true);
    if (type.startsWith('[]')) {
      const list: ListSchema = {
        type: 'list',
        items: schemaOf(type.slice(2), home, extras.enum === undefined ? NONE : { enum: extras.enum }, false),
        listType: extras.list ?? 'atomic',
        keys: extras.keys ?? [],
        ...(wrapped ? { wrapped } : {}),
      };
      return list;
    }
    if (type.startsWith('{}')) {
      const map: MapSchema = {
        type: 'map',
        values: schemaOf(type.slice(2), home, extras.enum === undefined ? NONE : { enum: extras.enum }, false),
        mapType: extras.map ?? 'granular',
      };
      return map;
    }
    const first = type.charCodeAt(0);
    const isName = (first >= 65 && first <= 90) || type.includes('.');
    if (!isName) return scalar(type, extras.enum);
    const found = definition(type.includes('.') ? type : `${home}.${type}`);
    return extras.map === undefined || extras.map === found.mapType ? found : { ...found, mapType: extras.map };
  };

  const fieldOf = ([name, type, tag, flags, extras = NONE]: FieldFacts, home: string): Field => ({
    name,
    schema: schemaOf(type, home, extras, flags.includes('w')),
    ...(tag === 0 ? {} : { tag }),
    ...(extras.within === undefined ? {} : { within: extras.within }),
    required: flags.includes('r'),
    pointer: flags.includes('p'),
    omitempty: flags.includes('o'),
    ...(flags.includes('z') ? { omitzero: true } : {}),
    ...(extras.default === undefined ? {} : { default: extras.default }),
    ...(extras.gate === undefined ? {} : { gate: extras.gate }),
    ...(extras.go === undefined ? {} : { goType: extras.go }),
    ...(extras.embedded === undefined ? {} : { embedded: extras.embedded }),
    ...(extras.strategy === undefined ? {} : { patchStrategy: extras.strategy }),
    ...(extras.list === undefined && extras.map === undefined ? {} : { typeGiven: true }),
    ...(extras.mergeKey === undefined ? {} : { patchMergeKey: extras.mergeKey }),
  });

  const definition = (reference: string): ObjectSchema => {
    const known = definitions.get(reference);
    if (known !== undefined) return known;
    const dot = reference.indexOf('.');
    const [home, name] = [reference.slice(0, dot), reference.slice(dot + 1)];
    const all = packageNamed(home)?.definitions;
    if (all === undefined || !Object.hasOwn(all, name)) throw new Error(`no facts of ${reference}`);
    const found = all[name]!;
    const byName = new Map<string, Field>();
    const growing: Growing = {
      type: 'object',
      name: openApiName(home, name),
      fields: [],
      byName,
      mapType: found.map ?? 'granular',
    };
    definitions.set(reference, growing);
    growing.fields = found.fields.map((one) => fieldOf(one, home));
    for (const field of growing.fields) byName.set(field.name, field);
    if (found.unions !== undefined)
      growing.unions = found.unions.map(({ discriminator, 'fields-to-discriminateBy': members }): Union =>
        discriminator === undefined ? { members } : { discriminator, members },
      );
    return growing;
  };

  const kind = (group: string, version: string, name: string): ObjectSchema | undefined => {
    const home = packageOfGroup(group, version);
    const own = packageNamed(home)?.kinds;
    if (own !== undefined && Object.hasOwn(own, name)) return inPackage(own[name]!, home);
    // Every group and version knows the options and the WatchEvent of its calls.
    const shared = packageNamed('meta/v1')?.definitions;
    if (
      own !== undefined &&
      shared !== undefined &&
      /^(\w+Options|WatchEvent)$/.test(name) &&
      Object.hasOwn(shared, name)
    )
      return definition(`meta/v1.${name}`);
    return undefined;
  };
  const inPackage = (reference: string, home: string) =>
    definition(reference.includes('.') ? reference : `${home}.${reference}`);

  return {
    kind,
    definition,
    kinds: (group, version) => Object.keys(packageNamed(packageOfGroup(group, version))?.kinds ?? {}),
  };
}
