import type { CustomResourceDefinition, JSONSchemaProps } from '#core/api/types';
import { partsOf } from './structural.ts';

/** Formats that are checked, by the type that has them, written without dashes. */
const FORMATS: Readonly<Record<string, ReadonlySet<string>>> = {
  integer: new Set(['int32', 'int64']),
  number: new Set(['float', 'double']),
  string: new Set(
    (
      'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor ' +
      'rgbcolor byte password date duration datetime k8sshortname k8slongname'
    ).split(' '),
  ),
};

function unknownFormats(schema: JSONSchemaProps): readonly string[] {
  const { type = '', format = '' } = schema;
  const isText = type === '' || type === 'string';
  const known = FORMATS[isText ? 'string' : type]?.has(isText ? format.replaceAll('-', '') : format) === true;
  const inner = partsOf(schema, '').flatMap(([part]) => unknownFormats(part));
  return format === '' || known ? inner : [format, ...inner];
}

const formatsOf = ({ spec }: CustomResourceDefinition): readonly string[] =>
  (spec?.versions ?? []).flatMap(({ schema }) =>
    schema?.openAPIV3Schema === undefined ? [] : unknownFormats(schema.openAPIV3Schema),
  );

/**
 * Warnings of formats that nothing checks; of a change, those that are new. Upstream:
 * apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go, pkg/apiserver/validation/formats.go.
 */
export function formatWarnings(
  next: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly string[] {
  const before = new Set(old === undefined ? [] : formatsOf(old));
  return formatsOf(next)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}
