export { ensureNetworkObjects } from './ensure.ts';
export { networkObjects } from './objects.ts';
