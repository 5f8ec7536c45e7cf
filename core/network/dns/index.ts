export { answerQuery, failed, withAlias, type Handled } from './answer.ts';
export { decodeQuery, RCODE, TYPE, type DnsRecord, type Query } from './message.ts';
export { lookUp, type Found, type World } from './zone.ts';
