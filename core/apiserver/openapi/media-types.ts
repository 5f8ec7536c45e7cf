import { CBOR_SEQUENCE } from '../encoding/media.ts';
import type { Operation } from './operations.ts';

/** What is spoken where a path is served. */
export interface Spoken {
  /** Custom resources are told of in JSON and YAML alone, and know no strategic merge. */
  readonly isCustom: boolean;
  /** CBOR is served. */
  readonly cbor: boolean;
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Of the types that an answer may have those that are spoken, CBOR behind protobuf. */
export function answerTypes(
  types: readonly string[],
  { media, answer = '' }: Operation,
  { isCustom, cbor }: Spoken,
): readonly string[] {
  if (isCustom) return types.filter((type) => !type.includes('protobuf'));
  // The lists of groups and versions are written by another part of the original, which knows none.
  if (!cbor || (media === 'document' && !answer.endsWith('APIResourceList'))) return types;
  const more = types.flatMap((type) => (type === PROTOBUF ? [type, 'application/cbor'] : [type]));
  return media === 'stream' ? [...more, CBOR_SEQUENCE] : more;
}

/** Of the types that a patch may have those that are spoken. */
export function patchTypes(types: readonly string[], { isCustom, cbor }: Spoken): readonly string[] {
  if (isCustom) return types.filter((type) => !type.includes('strategic'));
  return cbor ? [...types, 'application/apply-patch+cbor'] : types;
}
