export { type Scheduler, type SchedulerParts, startScheduler } from './scheduler.ts';
