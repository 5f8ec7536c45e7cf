export { parsedRequest } from './certificates.ts';
export { builtInAdmission } from './chain.ts';
export { namespaceLifecycle } from './namespace-lifecycle.ts';
export type { AdmissionParts } from './parts.ts';
export { isOf, refusalOf } from './refuse.ts';
