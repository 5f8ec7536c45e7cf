export { openApiOf, type OpenApiDocuments, type OpenApiInfo } from './documents.ts';
export { openApiMounts, type OpenApiOptions } from './mounts.ts';
export type { Descriptions } from './schemas.ts';
export { encodeV2 } from './v2-protobuf.ts';
