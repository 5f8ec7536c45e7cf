import { Failure, type Foreign, type Value } from '../values.ts';
import type { Functions } from './function.ts';

interface VersionValue extends Foreign {
  readonly numbers: readonly bigint[];
  /** Parts of the pre-release; a number is one that is compared as such. */
  readonly before: readonly (string | bigint)[];
}

const FORM =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:\+([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?$/;

const isVersionValue = (value: Value | undefined): value is VersionValue =>
  typeof value === 'object' && value !== null && 'numbers' in value;

/** `v1.02` as `1.2.0`; undefined for a short one that says more. */
function normalized(text: string): string | undefined {
  const parts = text.replace(/^v/, '').split('.');
  const three = [...parts.slice(0, 2), ...(parts.length > 2 ? [parts.slice(2).join('.')] : [])].map((part) =>
    part.replace(/^0+(?=\d)/, ''),
  );
  if (three.length < 3 && /[+-]/.test(three.at(-1)!)) return undefined;
  return [...three, '0', '0'].slice(0, 3).join('.');
}

function compareParts(a: string | bigint, b: string | bigint): number {
  if (a === b) return 0;
  if (typeof a !== typeof b) return typeof a === 'bigint' ? -1 : 1;
  return a < b ? -1 : 1;
}

function compareVersions(a: VersionValue, b: VersionValue): number {
  for (const [n, number] of a.numbers.entries()) if (number !== b.numbers[n]) return number < b.numbers[n]! ? -1 : 1;
  if (a.before.length === 0 || b.before.length === 0) return Math.sign(b.before.length - a.before.length);
  for (const [n, part] of a.before.entries()) {
    const other = b.before[n];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return a.before.length === b.before.length ? 0 : -1;
}

function versionValue(numbers: readonly bigint[], before: readonly (string | bigint)[]): VersionValue {
  const value: VersionValue = {
    typeName: 'kubernetes.Semver',
    numbers,
    before,
    equals: (other) => isVersionValue(other) && compareVersions(value, other) === 0,
    methods: {
      compareTo: ([other]) => (isVersionValue(other) ? BigInt(compareVersions(value, other)) : undefined),
      isGreaterThan: ([other]) => (isVersionValue(other) ? compareVersions(value, other) > 0 : undefined),
      isLessThan: ([other]) => (isVersionValue(other) ? compareVersions(value, other) < 0 : undefined),
      major: () => numbers[0],
      minor: () => numbers[1],
      patch: () => numbers[2],
    },
  };
  return value;
}

/** A version as expressions see it; undefined where the text is none. */
export function parseVersion(text: string, normalize = false): VersionValue | undefined {
  const found = FORM.exec((normalize ? normalized(text) : text) ?? '');
  if (found === null) return undefined;
  const before = found[4]?.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)) ?? [];
  return versionValue([found[1]!, found[2]!, found[3]!].map(BigInt), before);
}

/** Why a text is no version. Upstream: github.com/blang/semver/v4/semver.go. */
function versionFailure(text: string): Failure {
  if (text === '') return new Failure('Version string empty');
  const parts = text.split('.');
  if (parts.length < 3) return new Failure('No Major.Minor.Patch elements found');
  for (const [n, name] of ['major', 'minor'].entries()) {
    const part = parts[n]!;
    const shown = JSON.stringify(part);
    if (!/^\d+$/.test(part)) return new Failure(`Invalid character(s) found in ${name} number ${shown}`);
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    if (/^0\d/.test(part)) return new Failure(`${title} number must not contain leading zeroes ${shown}`);
  }
  return new Failure(`Invalid character(s) found in patch number ${JSON.stringify(parts.slice(2).join('.'))}`);
}

/** Upstream: apiserver/pkg/cel/library/semverlib.go. */
export const VERSIONS: Functions = {
  semver: ([text, normalize = false]) => {
    if (typeof text !== 'string' || typeof normalize !== 'boolean') return undefined;
    return parseVersion(text, normalize) ?? versionFailure((normalize ? normalized(text) : text) ?? text);
  },
  isSemver: ([text, normalize = false]) => {
    if (typeof text !== 'string' || typeof normalize !== 'boolean') return undefined;
    return parseVersion(text, normalize) !== undefined;
  },
};
