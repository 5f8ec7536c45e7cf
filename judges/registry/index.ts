export { serveRegistry, type Registry, type RegistryParts } from './registry.ts';
