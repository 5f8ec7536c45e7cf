import { bare, packageOf, shortName } from './facts.ts';
import type { Recorded, Reflected, ReflectedField } from './inputs.ts';

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  int32: 'number',
  int64: 'number',
  float64: 'number',
  boolean: 'boolean',
  bytes: 'string',
  time: 'string',
  microTime: 'string',
  duration: 'string',
  quantity: 'string',
  intOrString: 'number | string',
  fieldsV1: 'FieldsText',
  rawExtension: 'Json',
  json: 'Json',
  schemaOrBool: 'JSONSchemaProps | boolean',
  schemaOrArray: 'JSONSchemaProps | readonly JSONSchemaProps[]',
  schemaOrStrings: 'JSONSchemaProps | readonly string[]',
};

/** Definitions of the models that `core/machinery/object` writes by hand. */
const BY_HAND = new Set(['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry', 'ListMeta']);

/** The file of TypeScript interfaces of one Go package, as text. */
export function typesOf(home: string, reflected: Reflected, recorded: Recorded): string {
  const imports = new Map<string, Set<string>>();
  const need = (module: string, name: string) => {
    const names = imports.get(module) ?? new Set();
    names.add(name);
    imports.set(module, names);
  };
  const nameOf = (type: string, literals: readonly string[] | undefined): string => {
    if (type.startsWith('[]')) {
      const item = nameOf(type.slice(2), literals);
      return `readonly ${/[|]/.test(item) ? `(${item})` : item.startsWith('readonly ') ? `(${item})` : item}[]`;
    }
    if (type.startsWith('{}'))
      return `Readonly<Record<string, ${nameOf(type.slice(2).replace(/^wrapped/, ''), undefined)}>>`;
    if (type === 'string' && literals !== undefined) return literals.map((one) => `'${one}'`).join(' | ');
    const scalar = SCALARS[type];
    if (scalar !== undefined) {
      if (scalar === 'Json') need('#core/base', 'Json');
      if (scalar === 'FieldsText') need('#core/machinery/object', 'FieldsText');
      return scalar;
    }
    const short = shortName(type);
    const name = bare(short);
    if (packageOf(short) === 'meta/v1' && BY_HAND.has(name)) need('#core/machinery/object', name);
    else if (packageOf(short) !== home) need(`#core/api/types/${packageOf(short)}`, name);
    return name;
  };
  const kinds = new Map<string, { apiVersion: string; kind: string }>();
  for (const { group, version, kind, definition } of reflected.kinds)
    if (packageOf(shortName(definition)) === home)
      kinds.set(definition, { apiVersion: group === '' ? version : `${group}/${version}`, kind });
  const bodies: string[] = [];
  for (const [definition, { fields }] of Object.entries(reflected.definitions)) {
    const short = shortName(definition);
    if (packageOf(short) !== home || (home === 'meta/v1' && BY_HAND.has(bare(short)))) continue;
    const schema = recorded.schemas[definition];
    const kind = kinds.get(definition);
    const isKind = kind !== undefined && fields[0]?.name === 'kind';
    const lines = fields.map((field) => {
      if (isKind && field.name === 'kind') return `  readonly kind: '${kind.kind}';`;
      if (isKind && field.name === 'apiVersion') return `  readonly apiVersion: '${kind.apiVersion}';`;
      const property = schema?.properties?.[field.name];
      const required = schema?.required?.includes(field.name) ?? false;
      const type =
        nameOf(field.type, property?.enum ?? property?.items?.enum) + (nullable(field) && !required ? ' | null' : '');
      const name = /^[a-zA-Z_]\w*$/.test(field.name) ? field.name : `'${field.name}'`;
      return `  readonly ${name}${optional(field, required, isKind) ? '?' : ''}: ${type};`;
    });
    bodies.push(`export interface ${bare(short)} {\n${lines.join('\n')}\n}`);
  }
  const head = [...imports]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => `import type { ${[...names].sort().join(', ')} } from '${module}';`);
  return `${head.join('\n')}\n\n${bodies.join('\n\n')}\n`;
}

/** May it be missing in what is read or written? What the API requires may not, nor what Go always writes (but for status). */
function optional(field: ReflectedField, required: boolean, isKind: boolean): boolean {
  if (required || (isKind && field.name === 'metadata')) return false;
  if (field.name === 'spec' && !field.pointer && field.type.startsWith('io.k8s.')) return false;
  return field.omitempty === true || nullable(field);
}

/** Without omitempty Go writes a missing list, map or pointer as null. */
const nullable = (field: ReflectedField): boolean =>
  field.omitempty !== true && (field.pointer === true || field.type.startsWith('[]') || field.type.startsWith('{}'));
