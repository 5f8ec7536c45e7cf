export { answerQuery, failed, withAlias, type Handled } from './answer.ts';
export { decodeQuery, RCODE, TYPE, type DnsRecord, type Query } from './message.ts';
export { lookUp, type Found, type World } from './zone.ts';
export { DNS_SERVICE, ownSlice, publishSlice } from './own-slice.ts';
export { createWorld, type WorldParts } from './world.ts';
