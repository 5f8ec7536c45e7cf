export { type Bootstrap, BOOTSTRAP_CHECK, type BootstrapParts, startBootstrap } from './bootstrap.ts';
export type { AuthenticationConfig } from './config.ts';
export type { AdvertisedServer } from './kubernetes-service.ts';
