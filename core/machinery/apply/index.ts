export { nameOf as appliedName } from './applicable.ts';
export { type Applied, managedOnApply, type ManagedApply } from './apply.ts';
export type { InVersion } from './change.ts';
export { applyConflict, type Conflict } from './conflict.ts';
export type { Intern } from './entries.ts';
export { managersOfScale, type ReplicasPath, withScaleManagers } from './scale.ts';
export { type ManagedUpdate, managedOnUpdate, type ManagedWrite } from './update.ts';
export { interner, keepTimes } from './timeless.ts';
