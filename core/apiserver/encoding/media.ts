import { notAcceptable, refusal } from '#core/machinery/status';
import type { Headers } from '../types.ts';

export type Format = 'json' | 'yaml' | 'protobuf' | 'cbor';

/** How an answer is to be written. */
export interface Media {
  readonly format: Format;
  /** Indented JSON, for people. */
  readonly pretty: boolean;
  /** Instead of the object itself. */
  readonly as?: Transform;
}

export interface Transform {
  readonly kind: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Of meta.k8s.io. */
  readonly version: 'v1' | 'v1beta1';
}

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
  cbor: 'application/cbor',
};

/** Of a watch; whoever accepts a watch in this type, and not `application/cbor`, gets none. */
export const CBOR_SEQUENCE = 'application/cbor-seq';

/** Whether CBOR is spoken at all. */
export const servesCbor = (gates: { enabled(gate: string): boolean }): boolean =>
  gates.enabled('CBORServingAndStorage');

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
  ['application/cbor', 'cbor'],
  ['*/*', 'json'],
  ['application/*', 'json'],
]);

const PLAIN: Media = { format: 'json', pretty: false };
const PRETTY: Media = { format: 'json', pretty: true };

/** What a request gets to be chosen from. */
export interface Offer {
  readonly protobuf: boolean;
  /** It is told of all the same: options and lists of metadata are in protobuf. */
  readonly namesProtobuf?: boolean;
  readonly yaml: boolean;
  readonly cbor: boolean;
  /** PartialObjectMetadata can be made of what is answered. */
  readonly transforms: boolean;
  /** Tables can, too. */
  readonly tables?: boolean;
  /** One object is answered, not a list. */
  readonly single: boolean;
  /** Metadata of one and of many may both be asked for; whether it is so is seen later. */
  readonly either?: boolean;
  readonly stream: boolean;
}

interface Clause {
  readonly type: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Chooses by the Accept header. Throws a StatusError (406) where nothing offered is wanted. `application/*` counts only
 * beside a type that is known: whoever routes requests upstream knows no wildcard but the whole one.
 * Upstream: apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
 */
export function negotiate(headers: Headers, pretty: boolean | undefined, offer: Offer): Media {
  const accept = headers['accept'];
  const indented = pretty ?? isForPeople(headers['user-agent']);
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') {
    return indented ? PRETTY : PLAIN;
  }
  const clauses = clausesOf(accept);
  const isSequence = ({ type }: Clause) => type === CBOR_SEQUENCE && offer.cbor && (!offer.single || offer.stream);
  if (clauses.every((one) => one.type === 'application/*' || (formatOf(one, offer) === undefined && !isSequence(one))))
    throw noneKnown(offer);
  for (const clause of clauses) {
    const { parameters } = clause;
    const format = formatOf(clause, offer);
    if (format === undefined) continue;
    const inProtobuf = offer.protobuf || (offer.namesProtobuf === true && parameters.has('as'));
    if ((format === 'protobuf' && !inProtobuf) || (format === 'yaml' && (offer.stream || !offer.yaml))) continue;
    const kind = parameters.get('as');
    if (kind === undefined) {
      const wanted = parameters.get('pretty');
      const pretty = wanted === undefined ? indented : wanted !== '0' && wanted !== 'false';
      return format === 'json' ? (pretty ? PRETTY : PLAIN) : { format, pretty: false };
    }
    const as = transformOf(kind, parameters, offer);
    if (as !== undefined && !(as.kind === 'Table' && (format === 'protobuf' || format === 'cbor'))) {
      return { format, pretty: indented && format === 'json', as };
    }
  }
  // Such are refused before it matters that it is a watch.
  const early = clauses.some((one) => one.parameters.has('as') || isSequence(one));
  throw notAcceptable(onlyThese(early ? { ...offer, stream: false } : offer));
}

function formatOf({ type }: Clause, { cbor }: Offer): Format | undefined {
  const format = FORMATS.get(type);
  return format === 'cbor' && !cbor ? undefined : format;
}

/** For refusals: as the client would have it, or indented JSON where what it wants cannot be had. */
export function negotiateRefusal(headers: Headers, yaml: boolean, cbor: boolean): Media {
  const offer: Offer = { protobuf: true, yaml, cbor, transforms: false, single: true, stream: false };
  try {
    return negotiate(headers, undefined, offer);
  } catch {
    return PRETTY;
  }
}

function transformOf(kind: string, parameters: ReadonlyMap<string, string>, offer: Offer): Transform | undefined {
  if (!offer.transforms || parameters.get('g') !== 'meta.k8s.io') return undefined;
  const version = parameters.get('v');
  if (version !== 'v1' && version !== 'v1beta1') return undefined;
  if (kind === 'Table' && offer.tables === true) return { kind, version };
  if (kind === 'PartialObjectMetadata' && (offer.single || offer.either === true)) return { kind, version };
  if (kind === 'PartialObjectMetadataList' && (!offer.single || offer.either === true)) return { kind, version };
  return undefined;
}

function clausesOf(accept: string): readonly Clause[] {
  const clauses = accept.split(',').map(clauseOf);
  if (clauses.length === 1) return clauses;
  return clauses
    .map((clause, at) => ({ clause, at }))
    .sort((a, b) => b.clause.quality - a.clause.quality || a.at - b.at)
    .map(({ clause }) => clause);
}

function clauseOf(text: string): Clause {
  const [type = '', ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const one of rest) {
    const equals = one.indexOf('=');
    if (equals > 0) parameters.set(one.slice(0, equals).trim(), one.slice(equals + 1).trim());
  }
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.trim().toLowerCase(), quality: Number.isNaN(quality) ? 0 : quality, parameters };
}

/** Without a word about it, command-line tools and browsers get indented JSON. */
const isForPeople = (agent: string | undefined): boolean =>
  agent !== undefined && (agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0'));

function offered({ protobuf, namesProtobuf, yaml, cbor, stream }: Offer): string[] {
  if (stream)
    return [
      'application/json;stream=watch',
      ...(protobuf || namesProtobuf === true ? ['application/vnd.kubernetes.protobuf;stream=watch'] : []),
      ...(cbor ? [CBOR_SEQUENCE] : []),
    ];
  return [
    'application/json',
    ...(yaml ? ['application/yaml'] : []),
    ...(protobuf || namesProtobuf === true ? ['application/vnd.kubernetes.protobuf'] : []),
    ...(cbor ? [CONTENT_TYPES.cbor] : []),
  ];
}

const onlyThese = (offer: Offer): string => `only the following media types are accepted: ${offered(offer).join(', ')}`;

function noneKnown(offer: Offer) {
  const all = offered({ ...offer, stream: false });
  if (!offer.single || offer.stream) all.push(...offered({ ...offer, stream: true }));
  return refusal('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${all.join(', ')}`, {});
}

/** The media type of a Content-Type, without its parameters. */
export const mediaTypeOf = (contentType: string): string => contentType.split(';', 1)[0]!.trim().toLowerCase();
