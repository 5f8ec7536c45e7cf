export * from './cluster.ts';
export type { EventLog, Happening } from './event-log.ts';
export { rollAndLoseNode, type ScenarioOptions, type ScenarioRun } from './scenario.ts';
