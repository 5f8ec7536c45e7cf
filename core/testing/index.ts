export * from './cluster.ts';
export type { EventLog, Happening } from './event-log.ts';
