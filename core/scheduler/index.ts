export { type Scheduler, type SchedulerParts, startScheduler } from './scheduler.ts';
export { type Diagnosis, plan, type Verdict } from './plan.ts';
export { preempt, type Preemption } from './preemption.ts';
export { defaultPlugins } from './plugins/index.ts';
export { podInfoOf, type PodInfo, Snapshot } from './snapshot.ts';
