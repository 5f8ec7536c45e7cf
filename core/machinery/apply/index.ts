export { type Applied, managedOnApply, type ManagedApply, wrongVersion } from './apply.ts';
export type { InVersion } from './change.ts';
export { applyConflict, type Conflict } from './conflict.ts';
export type { Intern } from './entries.ts';
export { type ManagedUpdate, managedOnUpdate, type ManagedWrite } from './update.ts';
export { interner, keepTimes } from './timeless.ts';
