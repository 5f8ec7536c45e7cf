import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
} from '#core/api/types';
import { sameJson } from '#core/base';
import { dns1035LabelProblems } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';
import { schemaProblems, selectableProblems } from './schemas.ts';
import { unsupported } from './structural.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const MAX_WARNING = 256;

/** A path of names: `.spec.replicas`. */
function pathProblem(path: string): string | undefined {
  return path.startsWith('.') ? undefined : 'must be a simple json path starting with .';
}

function columnProblems(column: CustomResourceColumnDefinition, path: string, problems: Problem[]): void {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (name === '') problems.push(required(`${path}.name`));
  if (type === '') problems.push(required(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) problems.push(invalid(`${path}.type`, type, types));
  if (format !== '' && !COLUMN_FORMATS.includes(format)) {
    problems.push(invalid(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  }
  const why = pathProblem(jsonPath);
  if (jsonPath === '') problems.push(required(`${path}.JSONPath`));
  else if (why !== undefined) problems.push(invalid(`${path}.JSONPath`, jsonPath, why));
}

function subresourceProblems({ scale }: CustomResourceSubresources, path: string, problems: Problem[]): void {
  if (scale === undefined) return;
  const check = (field: keyof typeof scale, under: readonly string[], where: string, needed: boolean) => {
    const text = scale[field] ?? '';
    const place = `${path}.scale.${field}`;
    const why = pathProblem(text);
    if (text === '') {
      if (needed) problems.push(required(place));
    } else if (why !== undefined) problems.push(invalid(place, text, why));
    else if (!under.some((start) => text.startsWith(start))) {
      problems.push(invalid(place, text, `should be a json path under ${where}`));
    }
  };
  check('specReplicasPath', ['.spec.'], '.spec', true);
  check('statusReplicasPath', ['.status.'], '.status', true);
  check('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status', false);
}

function warningProblems({ deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion): readonly string[] {
  if (text === undefined) return [];
  if (deprecated !== true) return ['can only be set for deprecated versions'];
  const problems: string[] = [];
  if (text.length > MAX_WARNING) problems.push('must be <= 256 characters long');
  if (text === '') problems.push('must not be an empty string');
  const index = [...text].findIndex((one) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(one));
  if (index >= 0) {
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return problems;
}

type PerVersion = 'schema' | 'selectableFields' | 'subresources' | 'additionalPrinterColumns';

/** What all versions have alike is one thing, and is spoken of as the definition's own. */
function places<F extends PerVersion>(versions: readonly CustomResourceDefinitionVersion[], field: F) {
  const [first] = versions;
  const shared = first?.[field] !== undefined && versions.every((one) => sameJson(one[field] ?? null, first[field]!));
  const all = shared ? [{ value: first[field], path: `spec.${field}` }] : [];
  const own = versions.map((one, i) => ({ value: one[field], path: `spec.versions[${i}].${field}` }));
  return shared ? all : own;
}

/** Names, warnings, schemas, columns and subresources of the versions. */
export function versionsProblems({ versions }: CustomResourceDefinitionSpec, problems: Problem[]): void {
  const all = versions ?? [];
  for (const [i, version] of all.entries()) {
    const path = `spec.versions[${i}]`;
    const name = version.name ?? '';
    const wrong = dns1035LabelProblems(name);
    if (version.schema?.openAPIV3Schema === undefined) problems.push(required(`${path}.schema.openAPIV3Schema`));
    if (wrong.length > 0) problems.push(invalid(`${path}.name`, name, wrong.join(',')));
    for (const why of warningProblems(version)) {
      problems.push(invalid(`${path}.deprecationWarning`, version.deprecationWarning, why));
    }
  }
  for (const { value, path } of places(all, 'additionalPrinterColumns')) {
    for (const [i, column] of (value ?? []).entries()) columnProblems(column, `${path}[${i}]`, problems);
  }
  for (const { value, path } of places(all, 'subresources')) {
    if (value !== undefined) subresourceProblems(value, path, problems);
  }
  const hasStatus = all.some(({ subresources }) => subresources?.status !== undefined);
  for (const [i, { value, path }] of places(all, 'schema').entries()) {
    const schema = value?.openAPIV3Schema;
    // In the older version of the API what all versions share has a name of its own.
    const place = path === 'spec.schema' ? 'spec.validation' : path;
    const status = path === 'spec.schema' ? hasStatus : all[i]!.subresources?.status !== undefined;
    if (schema !== undefined) schemaProblems(schema, status, `${place}.openAPIV3Schema`, problems);
  }
  for (const [i, { value, path }] of places(all, 'selectableFields').entries()) {
    const schema = all[i]!.schema?.openAPIV3Schema;
    if ((value ?? []).length > 0 && schema === undefined) {
      const detail = 'may only be set when `version.schema.openAPIV3Schema` is not included';
      problems.push(invalid(path, '', detail));
      continue;
    }
    const why = schema === undefined || (value ?? []).length === 0 ? undefined : unsupported(schema);
    if (why !== undefined) problems.push(invalid(path.replace(/selectableFields$/, 'schema.openAPIV3Schema'), '', why));
    selectableProblems(value ?? [], why === undefined ? schema : undefined, path, problems);
  }
  if (new Set(all.map(({ name }) => name)).size < all.length) {
    problems.push(invalid('spec.versions', all, 'must contain unique version names'));
  }
  if (all.filter(({ storage }) => storage).length !== 1) {
    problems.push(
      invalid('spec.versions', versions ?? null, 'must have exactly one version marked as storage version'),
    );
  }
  // The first version is the definition's own, too.
  const first = all[0]?.name ?? '';
  const wrongFirst = first === '' ? [] : dns1035LabelProblems(first);
  if (wrongFirst.length > 0) problems.push(invalid('spec.version', first, wrongFirst.join(',')));
}
