import { decodeQuery, encodeAnswer, failure, RCODE, TYPE, type DnsRecord, type Query } from './message.ts';
import { decodeAnswers, encodeQuery } from './foreign.ts';
import { lookUp, type World } from './zone.ts';

/** A whole answer, or who else is to be asked; `ignore` what is no query at all. */
export type Handled =
  | { readonly answer: Uint8Array }
  | { readonly forward: Query }
  /** An external name: others are asked with `ask`, and `withAlias` makes the answer of what they say. */
  | { readonly alias: DnsRecord; readonly query: Query; readonly ask: Uint8Array }
  | 'ignore';

/** Seconds that a client may remember that a name does not exist. */
const NEGATIVE_TTL = 5;

/** Answers what is the cluster's. Over TCP there is no limit but the protocol's own. */
export function answerQuery(world: World, packet: Uint8Array, transport: 'udp' | 'tcp'): Handled {
  const query = decodeQuery(packet);
  if (query === undefined) return refusalOf(packet);
  const found = lookUp(world, query.name.toLowerCase(), query.type);
  if (!found.ours) return { forward: query };
  const limit = transport === 'tcp' ? 0xffff : query.limit;
  const [first] = found.records;
  if (first?.type === 'CNAME' && query.type !== TYPE.CNAME) return followAlias(world, query, first, limit);
  return {
    answer: encodeAnswer(
      query,
      {
        code: found.exists ? RCODE.ok : RCODE.noSuchName,
        answers: found.records,
        authority: found.records.length === 0 ? [authority(world)] : [],
        additional: found.additional ?? [],
        authoritative: true,
      },
      limit,
    ),
  };
}

/** An external name that is another name of the cluster is followed at once. */
function followAlias(world: World, query: Query, alias: DnsRecord & { target: string }, limit: number): Handled {
  const target = lookUp(world, alias.target.toLowerCase(), query.type);
  if (!target.ours) return { alias, query, ask: encodeQuery(query.id, alias.target, query.type) };
  const answers = [alias, ...target.records.filter(({ type }) => type !== 'CNAME')];
  return { answer: encodeAnswer(query, { code: RCODE.ok, answers, authoritative: true }, limit) };
}

/** The alias and what another server said of its target; without an answer the alias alone. */
export function withAlias(
  { alias, query }: { readonly alias: DnsRecord; readonly query: Query },
  answer: Uint8Array | undefined,
  transport: 'udp' | 'tcp',
): Uint8Array {
  const records = answer === undefined ? undefined : decodeAnswers(answer);
  const code = records === undefined ? RCODE.failed : RCODE.ok;
  const limit = transport === 'tcp' ? 0xffff : query.limit;
  return encodeAnswer(query, { code, answers: [alias, ...(records ?? [])], authoritative: true }, limit);
}

const authority = ({ domain }: World): DnsRecord => ({
  name: domain,
  ttl: NEGATIVE_TTL,
  type: 'SOA',
  server: `ns.dns.${domain}`,
  mailbox: `hostmaster.${domain}`,
  negativeTtl: NEGATIVE_TTL,
});

/** What is a message but no query that we understand is told so; anything shorter than a header is not answered. */
function refusalOf(packet: Uint8Array): Handled {
  if (packet.length < 12 || (packet[2]! & 0x80) !== 0) return 'ignore';
  const operation = (packet[2]! >> 3) & 0xf;
  const code = operation === 0 ? RCODE.badFormat : RCODE.notImplemented;
  const answer = new Uint8Array(12);
  answer.set(packet.subarray(0, 2));
  answer[2] = 0x80 | (packet[2]! & 0x79);
  answer[3] = code;
  return { answer };
}

/** "I could not find out." */
export const failed = (query: Query): Uint8Array => failure(query, RCODE.failed);
