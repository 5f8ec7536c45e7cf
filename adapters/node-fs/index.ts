export { podGroup } from './cgroup-tree.ts';
export { nodeCgroups } from './cgroups.ts';
export { nodeLogs } from './logs.ts';
export { systemMounts, type Mounts } from './mounts.ts';
export { nodeVolumes, type ImageMounts } from './volumes.ts';
