import { concat } from '#core/base';
import type { Writable } from '#core/base';
import { ENVELOPE_TAIL, envelopeHead } from '#core/machinery/protobuf';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import type { StatusError } from '#core/machinery/status';
import type { Context, ListResult, Result } from '../context.ts';
import { first } from '../query.ts';
import type { Answer, AnswerBody, Headers } from '../types.ts';
import { emitted } from './emit.ts';
import { lengthOf } from './blocks.ts';
import { isLong, listPieces } from './list-pieces.ts';
import { cachedItem, cachedMessage } from './lists.ts';
import { type Media, negotiateRefusal } from './media.ts';
import { contentTypeOf, type EncoderParts, wholeObject, writeAll, written } from './parts-of-answer.ts';
import { includeObjectOf, type TableMaker, transformObject } from './transforms.ts';
import { typedItem } from './typed.ts';

/** Bodies of fewer bytes are not worth compressing. Upstream: apiserver/pkg/endpoints/handlers/responsewriters/writers.go. */
const GZIP_BYTES = 128 * 1024;

/** Turns what the verbs give into what is sent. */
export class Encoder {
  readonly #parts: EncoderParts;
  readonly #table: TableMaker;

  constructor(parts: EncoderParts, table: TableMaker) {
    this.#parts = parts;
    this.#table = table;
  }

  async answer(context: Context, media: Media, result: Exclude<Result, { kind: 'watch' }>): Promise<Answer> {
    switch (result.kind) {
      case 'answer':
        return { ...result.answer, headers: { ...headersOf(context), ...result.answer.headers } };
      case 'list':
        return this.#list(context, media, result);
      case 'entry':
        return this.#whole(context, media, result.status, this.#entry(context, media, result));
      case 'object': {
        const { object, endpoint, status } = result;
        const transformed =
          media.as === undefined || endpoint === undefined
            ? object
            : transformObject(this.#table, endpoint, object, media.as, includeOf(context));
        return this.#whole(context, media, status, wholeObject(this.#parts, media, transformed));
      }
    }
  }

  /** A refusal, in the form that the client would have had the answer in; in CBOR only where it is spoken. */
  refusal(
    context: { readonly headers: Headers; readonly warnings: readonly string[] },
    failure: StatusError,
    speaksCbor = false,
  ): Answer {
    const media = negotiateRefusal(context.headers, this.#parts.yaml !== undefined, speaksCbor);
    const { status } = failure;
    const body = wholeObject(this.#parts, media, status as unknown as KubeObject);
    const retry = status.details?.retryAfterSeconds;
    return {
      status: failure.code,
      headers: {
        ...headersOf(context),
        'content-type': contentTypeOf(media.format),
        ...(retry === undefined ? {} : { 'retry-after': String(retry) }),
      },
      body,
    };
  }

  #entry(context: Context, media: Media, { endpoint, entry }: Extract<Result, { kind: 'entry' }>) {
    const parts = this.#parts;
    if (media.as !== undefined) {
      const object = transformObject(this.#table, endpoint, emitted(entry, endpoint), media.as, includeOf(context));
      return wholeObject(parts, media, object);
    }
    const { definition, version } = endpoint;
    if (media.format === 'protobuf') {
      const message = cachedMessage(parts, endpoint, entry);
      return [
        envelopeHead(apiVersionOf(definition.group, version), definition.kind, message.length),
        message,
        ENVELOPE_TAIL,
      ];
    }
    const item = cachedItem(parts, endpoint, entry);
    return written(parts, media, [...typedItem(endpoint, item), NEWLINE]);
  }

  async #list(context: Context, media: Media, list: ListResult): Promise<Answer> {
    const parts = this.#parts;
    const pieces = listPieces(parts, list, media, () => includeOf(context));
    if (!isLong(list, media)) return this.#whole(context, media, 200, [...pieces].flat());
    const compress = parts.gzip !== undefined && takesGzip(context.headers) ? parts.gzip : undefined;
    const body = (out: Writable) => {
      const target = compress === undefined ? out : compress.stream(out);
      writeAll(parts.turns, target, pieces).catch((failure: unknown) => {
        parts.log.error('a list could not be written', { failure, target: context.target });
        out.abort(failure);
      });
    };
    return {
      status: 200,
      headers: {
        ...headersOf(context),
        'content-type': contentTypeOf(media.format),
        ...(compress === undefined ? {} : { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
      },
      body,
    };
  }

  async #whole(context: Context, media: Media, status: number, body: readonly Uint8Array[]): Promise<Answer> {
    const headers = { ...headersOf(context), 'content-type': contentTypeOf(media.format) };
    const { gzip } = this.#parts;
    if (gzip !== undefined && lengthOf(body) > GZIP_BYTES && takesGzip(context.headers)) {
      const compressed = await gzip.whole(body);
      return {
        status,
        headers: { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
        body: [compressed],
      };
    }
    return { status, headers, body };
  }
}

const NEWLINE = Uint8Array.of(0x0a);
const includeOf = (context: Context) => includeObjectOf(first(context.info.query, 'includeObject'));

export const takesGzip = (headers: Headers): boolean =>
  /(?:^|[,\s])gzip(?:$|[,;\s])/.test(headers['accept-encoding'] ?? '');

/** What every answer carries. Warnings as upstream: apimachinery/pkg/util/net/http.go (NewWarningHeader). */
export function headersOf({ warnings }: { readonly warnings: readonly string[] }): Headers {
  if (warnings.length === 0) return PLAIN_HEADERS;
  const texts = [...new Set(warnings)].map((text) => `299 - ${quoted(text)}`);
  return { ...PLAIN_HEADERS, warning: texts.join(', ') };
}

const PLAIN_HEADERS: Headers = { 'cache-control': 'no-cache, private' };

/** A header holds no control characters; quotes and backslashes are escaped. */
const quoted = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  `"${text.replace(/[\0-\x1f\x7f]/g, ' ').replace(/["\\]/g, '\\$&')}"`;

export const joined = (body: AnswerBody): Uint8Array => {
  if (typeof body === 'function' || body === 'upgraded') throw new Error('not a whole body');
  return concat(body);
};
