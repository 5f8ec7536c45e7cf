export * from './cluster.ts';
export * from './control-plane.ts';
export type { SimulatedNodes } from './simulated-nodes.ts';
