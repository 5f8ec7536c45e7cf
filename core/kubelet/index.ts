export * from './kubelet.ts';
export * from './node/settings.ts';
export type { DnsSettings, Resolver } from './context.ts';
export type { Probing, ProbeOutcome, ProbeTarget } from './probes/probing.ts';
export * from './runtime.ts';
export * from './seams.ts';
