export { networkObjects } from './objects.ts';
