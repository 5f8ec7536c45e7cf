import { decoded } from './decode.ts';
import type { Played } from './play.ts';
import type { Answer } from './request.ts';
import { sortedItems, settled } from './settled.ts';
import { nameVersions } from './versions.ts';

/** An answer in which nothing is left that differs from run to run. */
export interface Normal {
  readonly title: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Headers that clients act on; the rest is transport. */
const HEADERS = [
  'content-type',
  'warning',
  'cache-control',
  'vary',
  'allow',
  'location',
  'retry-after',
  'www-authenticate',
  'etag',
  'x-ended',
  'x-endless',
  'audit-id',
  'x-kubernetes-pf-flowschema-uid',
];

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;
const DAY = /(?<=")\d{4}-\d\d-\d\d(?=")/g;
const TOKEN = /\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,2}={0,2}/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const SERVICE_ADDRESS = /\b10\.96\.\d+\.\d+\b/g;
const HASH = /\b(hash=)?[0-9A-F]{64,128}\b/g;
/** Times this close to the request were read off a clock for it, in milliseconds. */
const NEAR = 3_600_000;

/**
 * Renames what no two servers can have in common: uids and resource versions by the object that they are seen at first, so
 * that a reference to another object or an older version still shows; generated names, service addresses and node ports by
 * their order; times by their distance to the request. Tokens, certificates and hashes are only known to be there.
 */
export function normalise({ since, port, exchanges, isSettled }: Played): readonly Normal[] {
  const names = new Map<string, string>();
  const said = exchanges.map(({ answer }) => decoded(answer, (text) => portless(timeless(text, answer.sentAt), port)));
  const bodies = isSettled ? settled(said) : said;
  const versions = nameVersions(bodies, since, names);
  const normal = exchanges.map(({ title, answer }, n) => ({
    title,
    status: answer.status,
    headers: headersOf(answer, names),
    body: renamed(bodies[n], { names, versions, key: '', isOpenApi: answer.asked.path.startsWith('/openapi/') }),
  }));
  return isSettled ? normal.map((one) => ({ ...one, body: sortedItems(one.body) })) : normal;
}

/** The text without the server's own port, in an address or as a number. */
const portless = (text: string, port: string): string =>
  text
    .replaceAll(new RegExp(`(\\d):${port}\\b`, 'g'), '$1:<port>')
    .replaceAll(new RegExp(`:${port}\\b`, 'g'), ':"<port>"')
    .replaceAll(`"${port}"`, '"<port>"');

interface Renaming {
  readonly names: Map<string, string>;
  readonly versions: (value: string, isList: boolean) => string;
  readonly key: string;
  readonly isList?: boolean;
  /** Descriptions are not compared: they are prose. */
  readonly isOpenApi: boolean;
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The text without times near to `sentAt`, without tokens and certificates. */
function timeless(text: string, sentAt: number): string {
  return text
    .replace(TIME, (time, fraction: string | undefined) => {
      const away = Date.parse(time) - sentAt;
      if (Number.isNaN(away) || Math.abs(away) > NEAR) return time;
      const form = fraction === undefined ? 'time' : `time.${fraction.length - 1}`;
      return away <= 3000 ? `<${form}>` : `<${form}+${5 * Math.round(away / 5000)}s>`;
    })
    .replace(DAY, (day) => (day === dayOf(sentAt) || day === dayOf(sentAt - NEAR) ? '<today>' : day))
    .replace(TOKEN, '<token>')
    .replace(CERTIFICATE, '<certificate>')
    .replace(HASH, '$1<hash>')
    .replaceAll(/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=<hash>')
    .replaceAll(/kube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<random>');
}

function headersOf(answer: Answer, names: Map<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = answer.headers[name];
    if (value === undefined) continue;
    if (name === 'audit-id' || name === 'x-kubernetes-pf-flowschema-uid') continue;
    kept[name] = plain(timeless(value, answer.sentAt), names);
  }
  return kept;
}

/** The text without uids, generated names and service addresses. */
function plain(text: string, names: Map<string, string>): string {
  let shown = text.replace(UID, (uid) => names.get(uid) ?? '<uid>');
  if (shown.includes('10.96.')) shown = shown.replace(SERVICE_ADDRESS, (one) => address(names, one));
  if (/:3\d{4}\//.test(shown))
    shown = shown.replace(
      /:(3\d{4})\/(TCP|UDP|SCTP)\b/g,
      (_, port: string, of: string) => `:${named(names, port, 'port')}/${of}`,
    );
  for (const [name, label] of names) {
    if (label.startsWith('<name ') && shown.includes(name)) shown = shown.replaceAll(name, label);
  }
  return shown
    .replace(
      /(resource ?version(?!Match)(?: in (?:the )?(?:record|precondition|object meta))?\W{0,8}|current: )\d+/gi,
      '$1<rv>',
    )
    .replace(/\(\d+\)$/, '(<rv>)');
}

function named(names: Map<string, string>, value: string, sort: string): string {
  let label = names.get(value);
  if (label === undefined) {
    let count = 1;
    for (const one of names.values()) if (one.startsWith(`<${sort} `)) count++;
    names.set(value, (label = `<${sort} ${count}>`));
  }
  return label;
}

const address = (names: Map<string, string>, one: string) =>
  one === '10.96.0.1' || one === '10.96.0.10' || one === '10.96.0.0' ? one : named(names, one, 'address');

function renamed(value: unknown, renaming: Renaming): unknown {
  if (typeof value === 'string') {
    if (renaming.key === 'resourceVersion') return renaming.versions(value, renaming.isList === true);
    if (renaming.key === 'continue' && value !== '') return '<continue>';
    return plain(value, renaming.names);
  }
  if (typeof value === 'number') {
    const isPort = (renaming.key === 'nodePort' || renaming.key === 'healthCheckNodePort') && value >= 30_000;
    return isPort ? named(renaming.names, String(value), 'port') : value;
  }
  if (Array.isArray(value)) {
    // The original reads them off a map.
    if (renaming.key === 'resourceRules' || renaming.key === 'nonResourceRules')
      return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const ages = renaming.key === 'cells';
    return value.map((one: unknown) =>
      ages && typeof one === 'string' && /^\d+[smhd](\d+[smh])?$/.test(one)
        ? '<age>'
        : renamed(one, { ...renaming, key: '' }),
    );
  }
  if (value === null || typeof value !== 'object') return value;
  const ofBookmark = renaming.key === 'object' && renaming.isList === true;
  const isList = 'items' in value || 'columnDefinitions' in value || isBookmark(value) || ofBookmark;
  const copy: [string, unknown][] = Object.entries(value)
    .filter(([key, one]) => !(renaming.isOpenApi && key === 'description' && typeof one === 'string'))
    .map(([key, one]) => [
      key.includes('-') ? plain(key, renaming.names) : key,
      renamed(one, {
        ...renaming,
        key,
        isList:
          key === 'metadata'
            ? isList
            : key === 'object'
              ? isList
              : renaming.isList === true && key === 'resourceVersion',
      }),
    ]);
  // The original writes its documents from maps.
  if (renaming.isOpenApi) copy.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(copy);
}

const isBookmark = (value: object): boolean => 'type' in value && value.type === 'BOOKMARK';
