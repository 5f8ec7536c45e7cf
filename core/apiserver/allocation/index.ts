export type { PortRange } from './node-ports.ts';
export { repair, type RepairParts, startRepair } from './repair.ts';
export { type AllocationParts, type ServiceAllocation, serviceAllocation } from './service-allocation.ts';
