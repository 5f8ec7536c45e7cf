export * from './outbound.ts';
export {
  defaultLimits,
  type Gzip,
  type Limits,
  type Parts,
  unbuilt,
  type VersionInfo,
  type Yaml,
  type YamlDocument,
} from './parts.ts';
export { type RequestInfo, requestInfoOf } from './request-info.ts';
export * from './seams.ts';
export { servesCbor } from './encoding/media.ts';
export { createApiServer } from './server.ts';
export * from './types.ts';
