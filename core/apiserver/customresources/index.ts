export { type CustomResources, startCustomResources } from './customresources.ts';
