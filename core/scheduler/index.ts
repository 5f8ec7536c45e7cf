export { type Scheduler, type SchedulerParts, startScheduler } from './scheduler.ts';
export { plan, type Verdict } from './plan.ts';
export { defaultPlugins } from './plugins/index.ts';
export { podInfoOf, type PodInfo, Snapshot } from './snapshot.ts';
