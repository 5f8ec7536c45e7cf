import type { ListResult } from '../context.ts';
import { cborList } from './cbor-list.ts';
import { jsonPieces, objectList, protobufList } from './lists.ts';
import type { Media } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { spelledPieces } from './spelled-list.ts';
import { partialList, partialProtobufList, tableList } from './transformed-list.ts';
import type { IncludeObject } from './transforms.ts';

/** A list in the form that was asked for, in pieces that take a few milliseconds to make. */
export function listPieces(
  parts: EncoderParts,
  list: ListResult,
  { format, pretty, as }: Media,
  include: () => IncludeObject,
): Generator<readonly Uint8Array[]> {
  if (format === 'cbor') return cborList(parts, list, as);
  if (format === 'protobuf') return as === undefined ? protobufList(parts, list) : partialProtobufList(parts, list, as);
  const now = parts.turns.clock.now();
  const json =
    as === undefined
      ? objectList(parts, list)
      : as.kind === 'Table'
        ? tableList(parts, list, as, include(), now)
        : partialList(parts, list, as);
  return format === 'yaml' || pretty ? spelledPieces(parts, json, format) : jsonPieces(parts, list, json, now);
}

/** Lists of more entries are written piece by piece: those that people read take long to make. */
export function isLong({ entries }: ListResult, { format, pretty }: Media): boolean {
  return entries.length > (format === 'yaml' ? 4 : pretty ? 32 : 128);
}
