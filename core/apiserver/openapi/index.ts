export { openApiOf, type OpenApiDocuments, type OpenApiInfo } from './documents.ts';
export type { Descriptions } from './schemas.ts';
