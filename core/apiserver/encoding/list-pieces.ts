import type { ListResult } from '../context.ts';
import { cborList } from './cbor-list.ts';
import { jsonList, protobufList } from './lists.ts';
import type { Media } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { partialJsonList, partialProtobufList, tableJsonList } from './transformed-list.ts';
import type { IncludeObject } from './transforms.ts';

/** A list in the form that was asked for, in pieces of many items; what is to be indented or YAML as JSON still. */
export function listPieces(
  parts: EncoderParts,
  list: ListResult,
  { format, as }: Media,
  include: () => IncludeObject,
): Generator<readonly Uint8Array[]> {
  if (format === 'cbor') return cborList(parts, list, as);
  if (as === undefined) return format === 'protobuf' ? protobufList(parts, list) : jsonList(parts, list);
  if (as.kind === 'Table') return tableJsonList(parts, list, as, include(), parts.turns.clock.now());
  return format === 'protobuf' ? partialProtobufList(parts, list, as) : partialJsonList(parts, list, as);
}
