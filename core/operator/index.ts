export * from './controller.ts';
export * from './events/recorder.ts';
export * from './expectations.ts';
export * from './instants.ts';
export * from './leader.ts';
export * from './periodic.ts';
export * from './sources.ts';
export * from './work-queue.ts';
