export { applyJsonPatch, MAX_COPIED, MAX_OPERATIONS } from './json-patch.ts';
export { applyMergePatch, openedByMerge } from './merge-patch.ts';
export { applyStrategicMergePatch } from './strategic-merge.ts';
