export { type CertificateRequest, type Pair, pem, type Subject, type Usage } from './certificate.ts';
export { type Authority, openPki, type Pki, type PkiOptions } from './pki.ts';
