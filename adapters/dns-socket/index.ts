export { serveDns, type DnsServer, type DnsServerParts } from './server.ts';
export { resolversOf } from './resolvers.ts';
