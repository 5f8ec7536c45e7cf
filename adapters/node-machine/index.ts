export * from './bridge.ts';
export { cgroupsOf } from './cgroups.ts';
export * from './join.ts';
export * from './machine.ts';
export type { MachineSpec, MachineState } from './spec.ts';
