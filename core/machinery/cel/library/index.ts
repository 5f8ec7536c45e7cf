import { BIND_MACRO } from '../macros.ts';
import { EMPTY, type Environment, extend, type Library } from '../environment.ts';
import { AUTHORIZATION, QUANTITY, SEMVER } from './kubernetes.ts';
import { COMPREHENSIONS, LIST_EXTENSIONS, LISTS, SETS } from './lists.ts';
import { CIDR, IP } from './network.ts';
import { OPTIONALS } from './optionals.ts';
import { MESSAGES, STANDARD } from './standard.ts';
import { FORMAT, REGEX, STRINGS, URLS } from './strings.ts';

export { JSON_PATCH } from './kubernetes.ts';

/** `cel.bind`. Upstream: cel-go/ext/bindings.go. */
export const BINDINGS: Library = { macros: BIND_MACRO };

/**
 * What expressions of every sort may use, in the order in which forms of a function are tried. The version is that of
 * Kubernetes at which a library came. Upstream: apiserver/pkg/cel/environment/base.go.
 */
const LIBRARIES: readonly (readonly [version: string, Library])[] = [
  ['1.0', STANDARD],
  ['1.0', URLS],
  ['1.0', REGEX],
  ['1.0', LISTS],
  ['1.27', AUTHORIZATION],
  ['1.28', OPTIONALS],
  ['1.28', QUANTITY],
  ['1.29', STRINGS],
  ['1.29', SETS],
  ['1.30', IP],
  ['1.30', CIDR],
  ['1.31', FORMAT],
  ['1.32', COMPREHENSIONS],
  ['1.33', SEMVER],
  ['1.34', LIST_EXTENSIONS],
];

let base: Environment | undefined;

/**
 * The environment that all others extend, made when it is first asked for. The original takes what the release before
 * this one knows for new expressions: by now that is all there is.
 */
export function baseEnvironment(): Environment {
  base ??= extend(EMPTY, {
    libraries: LIBRARIES.map(([, library]) => library),
    struct: (name) => MESSAGES.get(name),
  });
  return base;
}
